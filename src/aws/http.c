#include "aws/http.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aws/base64.h"
#include "aws/exchange.h"
#include "aws/transfer.h"
#include "aws/uri.h"
#include "base/address.h"

#define PROXY_AUTH_MAX 1024

struct http {
    struct transfer *transfer;
    const struct clock *clock;
    char *user_agent;
    char *ca_pem;              /* NULL: the system's store */
    bool unverified;           /* then no answer came over verified TLS */
    char proxy[192];           /* "": none */
    struct secret *proxy_auth; /* a header line; NULL: none */
};

/* ---- open and close ------------------------------------------------------------ */

/* HTTP-2. */
static int
check_environment(struct err *e)
{
    if (environ == NULL || environ[0] == NULL)
        return 0;
    return err_set(e, ERR_TRUST,
                   "the environment must be empty, because libcurl and OpenSSL obey it; "
                   "%.*s is set",
                   (int)strcspn(environ[0], "="), environ[0]);
}

/* With its port, because libcurl's default for a proxy is neither 80 nor 443. */
static int
take_proxy(struct http *h, const char *proxy, struct err *e)
{
    struct uri u;

    if (uri_parse(proxy, &u, e) != 0)
        return err_wrap(e, "proxy");
    if (strcmp(u.path, "/") != 0)
        return err_set(e, ERR_CONFIG, "proxy: %s://%s must not be followed by a path",
                       u.tls ? "https" : "http", u.authority);
    (void)snprintf(h->proxy, sizeof(h->proxy), u.ipv6 ? "%s://[%s]:%u" : "%s://%s:%u",
                   u.tls ? "https" : "http", u.host, u.port);
    return 0;
}

/* A header of our own: libcurl decodes percent signs in a proxy's user and password. */
static int
take_proxy_auth(struct http *h, const struct secret *auth, struct err *e)
{
    static const char name[] = "Proxy-Authorization: Basic ";
    const char *text = secret_str(auth);
    size_t len = secret_len(auth);

    if (len > PROXY_AUTH_MAX || strchr(text, ':') == NULL || *text == ':')
        return err_set(e, ERR_CONFIG, "proxy_auth_file must hold USER:PASSWORD");
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == '\x7f')
            return err_set(e, ERR_CONFIG,
                           "proxy_auth_file must hold USER:PASSWORD on one line, "
                           "without control characters");
    h->proxy_auth = secret_new(2 * PROXY_AUTH_MAX, e);
    if (h->proxy_auth == NULL || secret_append(h->proxy_auth, name, strlen(name), e) != 0)
        return -1;
    return base64_append(h->proxy_auth, text, len, e);
}

static int
take_options(struct http *h, const struct http_options *o, struct err *e)
{
    static const char pem[] = "-----BEGIN ";

    h->clock = o->clock;
    h->user_agent = strdup(o->user_agent);
    if (h->user_agent == NULL)
        return err_set(e, ERR_MEMORY, "out of memory");
    if (o->ca_pem != NULL) {
        if (memmem(o->ca_pem, o->ca_len, pem, sizeof(pem) - 1) == NULL)
            return err_set(e, ERR_CONFIG, "ca_bundle holds no certificate in PEM form");
        h->ca_pem = malloc(o->ca_len);
        if (h->ca_pem == NULL)
            return err_set(e, ERR_MEMORY, "out of memory");
        memcpy(h->ca_pem, o->ca_pem, o->ca_len);
    }
    if (o->proxy == NULL)
        return 0;
    if (take_proxy(h, o->proxy, e) != 0)
        return -1;
    return o->proxy_auth != NULL ? take_proxy_auth(h, o->proxy_auth, e) : 0;
}

struct http *
http_open(const struct http_options *o, struct err *e)
{
    struct transfer_options to = {0};
    struct http *h = NULL;

    if (check_environment(e) != 0)
        return NULL;
    h = calloc(1, sizeof(*h));
    if (h == NULL) {
        err_set(e, ERR_MEMORY, "out of memory");
        return NULL;
    }
    if (take_options(h, o, e) == 0) {
        to.user_agent = h->user_agent;
        to.ca_pem = h->ca_pem;
        to.ca_len = o->ca_len;
        to.unverified = h->unverified = o->unverified;
        to.proxy = h->proxy[0] != '\0' ? h->proxy : NULL;
        to.proxy_auth = h->proxy_auth != NULL ? secret_str(h->proxy_auth) : NULL;
        h->transfer = transfer_open(&to, e);
    }
    if (h->transfer != NULL)
        return h;
    http_close(h);
    return NULL;
}

void
http_close(struct http *h)
{
    if (h == NULL)
        return;
    transfer_close(h->transfer);
    free(h->user_agent);
    free(h->ca_pem);
    secret_free(h->proxy_auth);
    free(h);
}

/* ---- one request ------------------------------------------------------------------ */

static int
check_headers(const char *const *headers, struct err *e)
{
    for (; headers != NULL && *headers != NULL; headers++)
        if (strpbrk(*headers, "\r\n") != NULL)
            return err_set(e, ERR_CONFIG, "the header %.*s holds a line break",
                           (int)strcspn(*headers, ":\r\n"), *headers);
    return 0;
}

/* With CURLOPT_NOSIGNAL libcurl leaves SIGPIPE alone, and OpenSSL may write to a
 * connection that the server has closed. */
static int
perform(struct http *h, struct transfer_request *t, struct exchange *x, int64_t deadline,
        struct err *e)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    int rc;

    (void)sigaction(SIGPIPE, &ignore, &before);
    rc = transfer_perform(h->transfer, t, x, e);
    if (rc != 0 && !x->ready && transfer_widen(h->transfer)) {
        t->timeout_ms = clock_left_ms(h->clock, deadline);
        if (t->timeout_ms > 0) {
            const struct err first = *e;

            err_clear(e);
            rc = transfer_perform(h->transfer, t, x, e);
            /* STORE-3 */
            if (rc != 0 && !x->ready && e->code != ERR_TRUST)
                *e = first;
        }
    }
    (void)sigaction(SIGPIPE, &before, NULL);
    return rc;
}

int
http_send(struct http *h, const struct http_request *r, struct http_answer *a, struct err *e)
{
    struct exchange x = {.a = a, .fault = ERR_INIT};
    struct transfer_request t = {.method = r->method, .url = r->url, .headers = r->headers};
    struct uri u;
    int rc = -1;

    memset(a, 0, sizeof(*a));
    if (uri_parse(r->url, &u, e) != 0)
        return -1;
    if (!u.tls && !address_is_local(u.host))
        return err_set(e, ERR_CONFIG,
                       "%s: plain http is for loopback and link-local addresses "
                       "only; write https://",
                       u.authority);
    if (check_headers(r->headers, e) != 0)
        return -1;
    t.host = u.authority;
    t.proxied = u.tls && !r->direct;
    t.timeout_ms = clock_left_ms(h->clock, r->deadline);
    if (t.timeout_ms == 0)
        return err_set(e, ERR_TIMEOUT, "%s: no time left before the deadline", u.authority);
    if (r->body != NULL) {
        x.left = secret_str(r->body);
        x.left_len = secret_len(r->body);
        x.has_body = x.left_len > 0;
    }
    a->body = secret_new(HTTP_BODY_MAX, e);
    if (a->body != NULL)
        rc = perform(h, &t, &x, r->deadline, e);
    a->tls = rc == 0 && u.tls && !h->unverified;
    if (rc != 0) {
        bool sent = a->sent;

        http_answer_free(a);
        a->sent = sent;
    }
    return rc;
}

void
http_answer_free(struct http_answer *a)
{
    secret_free(a->body);
    memset(a, 0, sizeof(*a));
}
