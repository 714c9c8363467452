#include "aws/blame.h"

#include <stdio.h>
#include <string.h>

/* OpenSSL's X509_V_ERR_* are part of its ABI; libcurl hands them on as numbers. */
#define CERT_NAME          0 /* the chain is in order */
#define CERT_UNSPECIFIED   1 /* libcurl's first value */
#define CERT_NOT_YET_VALID 9
#define CERT_HAS_EXPIRED   10

#define WHO_MAX (ERR_MSG_MAX / 2)

static const struct {
    enum err_code err;
    const char *text;
} faults[] = {
    [BLAME_OTHER] = {ERR_NETWORK, "the exchange failed"},
    [BLAME_MEMORY] = {ERR_MEMORY, "out of memory, or a header line without an end"},
    [BLAME_URL] = {ERR_CONFIG, "libcurl cannot use this URL; correct it"},
    [BLAME_NAME] = {ERR_NETWORK, "the name does not resolve; check DNS and region"},
    [BLAME_CONNECT] = {ERR_NETWORK, "cannot connect"},
    [BLAME_TIMEOUT] = {ERR_TIMEOUT, "no answer before the deadline"},
    [BLAME_TLS] = {ERR_NETWORK, "no TLS connection; the server must speak TLS 1.2 or later"},
    [BLAME_CERTIFICATE] = {ERR_TRUST, "the certificate is not trusted"},
    [BLAME_NO_STORE] = {ERR_CONFIG, "no certificates to verify the server with; correct ca_bundle "
                                    "or install ca-certificates"},
    [BLAME_CLOSED] = {ERR_NETWORK, "the connection was closed without an answer"},
    [BLAME_SEND] = {ERR_NETWORK, "the connection broke while the request was sent"},
    [BLAME_RECEIVE] = {ERR_NETWORK, "the connection broke before the answer was complete"},
    [BLAME_PARTIAL] = {ERR_NETWORK, "the connection was closed in the middle of the answer"},
    [BLAME_NOT_HTTP] = {ERR_NETWORK, "the answer is not HTTP"},
    [BLAME_ENCODING] = {ERR_NETWORK, "the answer's encoding was not asked for"},
    [BLAME_HEADERS] = {ERR_LIMIT, "the answer's headers are too large"},
};

static bool
is_name(long certificate)
{
    return certificate == CERT_NAME || certificate == CERT_UNSPECIFIED;
}

static bool
is_date(long certificate)
{
    return certificate == CERT_NOT_YET_VALID || certificate == CERT_HAS_EXPIRED;
}

static const char *
why_distrusted(long certificate)
{
    if (is_name(certificate))
        return "the certificate is for another name; correct the URL";
    if (is_date(certificate))
        return "the certificate has expired or is not valid yet; check the clock of this host, "
               "then the server";
    return "the certificate is not signed by a trusted authority; set ca_bundle to the "
           "authority's certificate, or install ca-certificates";
}

bool
blame_is_authority(const struct blame_case *c)
{
    return c->what == BLAME_CERTIFICATE && !is_name(c->certificate) && !is_date(c->certificate);
}

/* What the proxy answered to CONNECT instead of making a tunnel. */
static int
explain_refusal(const struct blame_case *c, struct err *e)
{
    if (c->connect == 407)
        return err_set(e, ERR_DENIED, "proxy %s: status 407 to CONNECT: %s", c->proxy,
                       c->proxy_auth
                           ? "it does not take this user and password; correct proxy_auth_file"
                           : "it wants a user and a password; set proxy_auth_file");
    if (c->connect >= 500)
        return err_set(e, ERR_NETWORK, "proxy %s: status %ld to CONNECT: it cannot reach %s",
                       c->proxy, c->connect, c->host);
    return err_set(e, ERR_DENIED,
                   "proxy %s: status %ld to CONNECT: it does not let this host reach %s; have it "
                   "allowed there, or correct proxy",
                   c->proxy, c->connect, c->host);
}

/* The tunnel did not come about, and the proxy said nothing that can be understood.
 * NULL: what is said of a server fits. */
static const char *
proxy_text(enum blame what)
{
    switch (what) {
    case BLAME_NAME:
        return "the name does not resolve; check DNS and proxy";
    case BLAME_TLS:
        return "no TLS connection; it must speak TLS 1.2 or later, or proxy must begin with "
               "http://";
    case BLAME_MEMORY: /* or an endless line */
    case BLAME_CLOSED:
    case BLAME_RECEIVE:
    case BLAME_NOT_HTTP:
    case BLAME_OTHER:
        return "no answer to CONNECT that can be understood; correct proxy";
    default:
        return NULL;
    }
}

static void
name(const struct blame_case *c, char who[WHO_MAX])
{
    if (c->proxy == NULL)
        (void)snprintf(who, WHO_MAX, "%s", c->host);
    else if (c->tunnel)
        (void)snprintf(who, WHO_MAX, "%s through proxy %s", c->host, c->proxy);
    else
        (void)snprintf(who, WHO_MAX, "proxy %s", c->proxy);
}

int
blame_explain(const struct blame_case *c, struct err *e)
{
    enum err_code code = faults[c->what].err;
    const char *text = faults[c->what].text, *other = NULL;
    char who[WHO_MAX];

    if (c->proxy != NULL && c->connect >= 300)
        return explain_refusal(c, e);
    name(c, who);
    if (c->answer.code != ERR_OK)
        return err_set(e, c->answer.code, "%s: %s", who, c->answer.msg);
    if (c->proxy != NULL && !c->tunnel)
        other = proxy_text(c->what);
    if (other != NULL)
        return err_set(e, ERR_NETWORK, "%s: %s", who, other);
    if (c->what == BLAME_CERTIFICATE)
        text = why_distrusted(c->certificate);
    if (c->what == BLAME_CONNECT)
        return err_set(e, code, "%s: %s: %s", who, text,
                       c->os_error != 0 ? strerror(c->os_error) : "no address answered");
    return err_set(e, code, "%s: %s", who, text);
}
