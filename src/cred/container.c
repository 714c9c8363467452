/*
 * The service that hands keys to the containers of a host (ECS, EKS pod identity): one
 * GET, with the token that was put into the container as its Authorization.
 *
 * CONTAINER-1  Keys come back and a token goes there, so https, or, in the clear, only
 *              addresses that cannot leave the host: loopback and the two of AWS.
 * CONTAINER-2  The token is sent byte for byte, as AWS's SDKs send it; one with a line
 *              break anywhere, at its end too, is refused, as they refuse it.
 */
#include <string.h>

#include "aws/uri.h"
#include "base/address.h"
#include "cred/document.h"
#include "cred/local.h"
#include "cred/provider.h"

#define REQUEST_MS 2000 /* botocore's; the service answers in milliseconds */
#define TOKEN_MAX  8192 /* bytes; Kubernetes' have 1 to 2 KiB */

struct container {
    const struct cred_source *source;
    struct uri uri;
    struct secret *header; /* "Authorization: TOKEN"; NULL: none */
};

/* CONTAINER-1 */
static int
check_host(const struct uri *u, struct err *e)
{
    if (u->tls || address_is_loopback(u->host) || address_is(u->host, "169.254.170.2") ||
        address_is(u->host, "169.254.170.23") || address_is(u->host, "fd00:ec2::23"))
        return 0;
    return err_set(e, ERR_CONFIG,
                   "container_uri: %s is asked over plain http, which is for loopback, "
                   "169.254.170.2, 169.254.170.23 and [fd00:ec2::23]; write https://",
                   u->authority);
}

/* CONTAINER-2 */
static int
check_token(const char *text, size_t len, struct err *e)
{
    if (len == 0)
        return err_set(e, ERR_FORMAT, "is empty; it has to hold the token");
    if (len > TOKEN_MAX)
        return err_set(e, ERR_FORMAT, "has more than %d bytes; is it the token's file?", TOKEN_MAX);
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\r' || text[i] == '\n')
            return err_set(e, ERR_FORMAT,
                           "holds a line break, which AWS's SDKs refuse too; write the token "
                           "without one (printf, not echo)");
        if (text[i] < ' ' || text[i] > '~')
            return err_set(
                e, ERR_FORMAT,
                "holds a character that is not printable ASCII; is it the token's file?");
    }
    return 0;
}

static int
make_header(struct container *m, struct err *e)
{
    static const char name[] = "Authorization: ";
    const struct secret *token = m->source->container_token;

    if (token == NULL)
        return 0;
    if (check_token(secret_str(token), secret_len(token), e) != 0)
        return err_wrap(e, "%s", m->source->container_token_path);
    m->header = secret_new(sizeof(name) + TOKEN_MAX, e);
    return m->header == NULL || secret_append(m->header, name, strlen(name), e) != 0
               ? -1
               : secret_append(m->header, secret_str(token), secret_len(token), e);
}

static int
refused(const struct container *m, const struct http_answer *a, struct err *e)
{
    const char *token = m->source->container_token_path, *mend = NULL;
    char said[160];

    document_complaint(a->body, said, sizeof(said));
    if (a->status == 401 || a->status == 403)
        mend = m->header != NULL ? "the token is no good: is its file the one that is renewed?"
                                 : "it may want a token: set container_token_file";
    else if (a->status == 429 || a->status >= 500)
        mend = "look at the agent that answers there, then try again";
    else
        mend = "correct container_uri, or give the task or the pod a role";
    return err_set(e, a->status == 429 || a->status >= 500 ? ERR_NETWORK : ERR_DENIED,
                   "%s%s%s: status %d%s%s; %s", m->uri.authority,
                   m->header != NULL ? " with the token of " : "", m->header != NULL ? token : "",
                   a->status, said[0] != '\0' ? ": " : "", said, mend);
}

/* Nobody answered, or nothing of HTTP. */
static int
no_answer(const struct container *m, const struct cred_context *c, struct err *e)
{
    if (e->code == ERR_TIMEOUT && clock_left_ms(c->clock, c->deadline) > 0)
        err_set(e, ERR_TIMEOUT, "%s: no answer within %d ms", m->uri.authority, REQUEST_MS);
    return provider_mend(e,
                         "container_uri must be the address of the agent, and the agent must run");
}

static int
ask(const struct container *m, const struct cred_context *c, struct sigv4_key *k, struct err *e)
{
    const struct local_request request = {
        .method = "GET",
        .url = m->source->container_uri,
        .header = m->header != NULL ? secret_str(m->header) : NULL,
        .within_ms = REQUEST_MS,
    };
    struct http_answer a;
    int rc = -1;

    if (local_ask(c, &request, &a, e) != 0)
        no_answer(m, c, e);
    else if (a.status != 200)
        refused(m, &a, e);
    else if (document_read(a.body, DOCUMENT_SERVICE, k, e) == 0)
        rc = 0;
    else {
        err_wrap(e, "%s", m->uri.authority);
        provider_mend(e, "container_uri must be the address of the agent that gives credentials");
    }
    http_answer_free(&a);
    return rc;
}

enum provider_verdict
container_resolve(const struct cred_source *s, const struct cred_context *c, struct cred *out,
                  struct err *e)
{
    struct container m = {.source = s};
    enum provider_verdict verdict = PROVIDER_FAILED;

    if (s->container_uri == NULL) {
        err_set(e, ERR_DENIED, "container_uri is not given");
        return PROVIDER_ABSENT;
    }
    if (uri_parse(s->container_uri, &m.uri, e) != 0)
        err_wrap(e, "container_uri");
    else if (check_host(&m.uri, e) == 0 && make_header(&m, e) == 0 && ask(&m, c, &out->key, e) == 0)
        verdict = PROVIDER_FOUND;
    else if (s->container_token != NULL)
        provider_withhold(s->container_token, m.uri.authority, e);
    secret_free(m.header);
    return verdict;
}
