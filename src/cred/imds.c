/*
 * The instance metadata service of EC2, version 2: a token by PUT, then the role,
 * its keys and the region by GET. Version 1 is never asked: it answers anybody who
 * can make a process of this host fetch a URL.
 */
#include <stdio.h>
#include <string.h>

#include "aws/uri.h"
#include "cred/document.h"
#include "cred/keys.h"
#include "cred/local.h"
#include "cred/provider.h"

#define ROLES "/latest/meta-data/iam/security-credentials/"

/* A link-local service answers in milliseconds or, off EC2, never: a longer wait
 * would only delay the logins of hosts that have none. */
#define REQUEST_MS 1000

/* Seconds. The token serves the few requests of one resolve; a longer life would
 * serve only somebody who stole it. */
#define TOKEN_TTL "60"

#define TOKEN_MAX 1024 /* bytes; AWS's have 56 */
#define URL_SIZE  512

#define NOT_IMDS "correct imds_endpoint_url, or choose other credentials"
#define BUSY     "it is busy or broken: try again"

struct imds {
    const struct cred_source *source;
    const struct cred_context *context;
    const char *base;     /* the URL of the service */
    struct uri uri;       /* of base */
    struct secret *token; /* the whole header line */
    bool renewed;
    bool named; /* the sentence at hand has the address, or the setting, already */
};

static int
ask(struct imds *m, const char *method, const char *path, const char *header, struct http_answer *a,
    struct err *e)
{
    size_t n = strlen(m->base);
    char url[URL_SIZE];

    memset(a, 0, sizeof(*a));
    if (m->base[n - 1] == '/')
        n--;
    if ((size_t)snprintf(url, sizeof(url), "%.*s%s", (int)n, m->base, path) >= sizeof(url))
        return err_set(e, ERR_CONFIG, "imds_endpoint_url is too long");
    if (local_ask(m->context, &(struct local_request){method, url, header, REQUEST_MS}, a, e) == 0)
        return 0;
    m->named = true;
    return -1;
}

static int
keep_token(struct imds *m, const struct secret *body, struct err *e)
{
    static const char name[] = "X-aws-ec2-metadata-token: ";
    const char *token = secret_str(body);
    size_t len = secret_len(body);

    if (len == 0 || len > TOKEN_MAX)
        return err_set(e, ERR_FORMAT, "its token has %zu bytes; " NOT_IMDS, len);
    for (size_t i = 0; i < len; i++)
        if (token[i] < '!' || token[i] > '~')
            return err_set(e, ERR_FORMAT, "its token is no header's value; " NOT_IMDS);
    secret_free(m->token);
    m->token = secret_new(sizeof(name) + TOKEN_MAX, e);
    return m->token == NULL || secret_append(m->token, name, strlen(name), e) != 0 ||
                   secret_append(m->token, token, len, e) != 0
               ? -1
               : 0;
}

/* Nobody answered the first request: is this no EC2 host, or a container on one? */
static enum provider_verdict
no_answer(struct imds *m, bool sent, struct err *e)
{
    bool ours = clock_left_ms(m->context->clock, m->context->deadline) == 0;

    if (ours || (e->code != ERR_TIMEOUT && e->code != ERR_NETWORK))
        return PROVIDER_FAILED;
    /* The limit counts for the answer to the PUT alone, so the connection stands. */
    if (e->code == ERR_TIMEOUT && sent) {
        err_set(e, ERR_TIMEOUT,
                "no answer to the token request within %d ms; in a container raise the hop limit "
                "of the instance's metadata options to 2",
                REQUEST_MS);
        m->named = false;
    } else {
        err_wrap(e, "no instance metadata service");
        provider_mend(e, "choose other credentials on a host that is not EC2's");
    }
    return PROVIDER_ABSENT;
}

static enum provider_verdict
get_token(struct imds *m, struct err *e)
{
    enum provider_verdict verdict = PROVIDER_FAILED;
    struct http_answer a;

    if (ask(m, "PUT", "/latest/api/token", "X-aws-ec2-metadata-token-ttl-seconds: " TOKEN_TTL, &a,
            e) != 0)
        verdict = no_answer(m, a.sent, e);
    else if (a.status == 200)
        verdict = keep_token(m, a.body, e) == 0 ? PROVIDER_FOUND : PROVIDER_FAILED;
    else if (a.status == 429 || a.status >= 500)
        err_set(e, ERR_NETWORK, "status %d to the token request; " BUSY, a.status);
    else {
        /* Turned off (403), or another cloud's service at the same address. */
        err_set(e, ERR_DENIED,
                "status %d to the token request: turned off, or not EC2's version 2; turn it on in "
                "the instance's metadata options, or choose other credentials",
                a.status);
        verdict = PROVIDER_ABSENT;
    }
    http_answer_free(&a);
    return verdict;
}

/* GET, once more with a new token when the first one is refused. The caller frees
 * the answer in any case. */
static int
get(struct imds *m, const char *path, struct http_answer *a, struct err *e)
{
    if (ask(m, "GET", path, secret_str(m->token), a, e) != 0)
        return -1;
    if (a->status != 401 || m->renewed)
        return 0;
    m->renewed = true;
    http_answer_free(a);
    if (get_token(m, e) != PROVIDER_FOUND)
        return -1;
    return ask(m, "GET", path, secret_str(m->token), a, e);
}

static int
check_role(const char *role, size_t len, struct err *e)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789_+=,.@-";

    if (len == 0 || len > 64)
        return err_set(e, ERR_FORMAT, "the role's name has %zu characters; IAM's have 1 to 64",
                       len);
    if (strspn(role, allowed) < len)
        return err_set(e, ERR_FORMAT, "the role's name holds a character that IAM forbids");
    return 0;
}

static enum provider_verdict
get_role(struct imds *m, char role[65], struct err *e)
{
    const char *wanted = m->source->imds_role;
    enum provider_verdict verdict = PROVIDER_FAILED;
    struct http_answer a;
    size_t len;

    if (wanted != NULL) {
        len = strlen(wanted);
        if (check_role(wanted, len, e) != 0) {
            m->named = true;
            err_wrap(e, "imds_role");
            provider_mend(e, "write the name of the role, not its ARN");
            return PROVIDER_FAILED;
        }
        memcpy(role, wanted, len + 1);
        return PROVIDER_FOUND;
    }
    if (get(m, ROLES, &a, e) != 0)
        goto out;
    len = strcspn(secret_str(a.body), "\r\n");
    if (a.status == 404 || (a.status == 200 && len == 0)) {
        err_set(e, ERR_DENIED, "the instance has no role; attach an instance profile");
        verdict = PROVIDER_ABSENT;
    } else if (a.status != 200)
        err_set(e, ERR_NETWORK, "status %d to the list of roles; " BUSY, a.status);
    else if (check_role(secret_str(a.body), len, e) != 0)
        provider_mend(e, NOT_IMDS);
    else {
        memcpy(role, secret_str(a.body), len);
        role[len] = '\0';
        verdict = PROVIDER_FOUND;
    }
out:
    http_answer_free(&a);
    return verdict;
}

static int
get_keys(struct imds *m, const char *role, struct sigv4_key *k, struct err *e)
{
    char path[sizeof(ROLES) + 64];
    struct http_answer a;
    int rc;

    (void)snprintf(path, sizeof(path), "%s%s", ROLES, role);
    rc = get(m, path, &a, e);
    if (rc == 0 && a.status == 404)
        rc = err_set(e, ERR_DENIED, "the instance does not have this role; correct imds_role");
    else if (rc == 0 && a.status != 200)
        rc = err_set(e, ERR_NETWORK, "status %d to the request for keys; " BUSY, a.status);
    else if (rc == 0 && (rc = document_read(a.body, DOCUMENT_SERVICE, k, e)) != 0)
        provider_mend(e, e->code == ERR_DENIED
                             ? "the role's trust policy must let ec2.amazonaws.com assume it"
                             : NOT_IMDS);
    http_answer_free(&a);
    return rc == 0 ? 0 : err_wrap(e, "role %s", role);
}

/* Best effort: an emulator may not know it, and keys without a region still work
 * in the commercial partition. */
static void
get_region(struct imds *m, struct cred *out)
{
    struct http_answer a;
    struct err ignored = ERR_INIT;

    if (get(m, "/latest/meta-data/placement/region", &a, &ignored) == 0 && a.status == 200 &&
        keys_region(secret_str(a.body), secret_len(a.body)))
        memcpy(out->region, secret_str(a.body), secret_len(a.body) + 1);
    http_answer_free(&a);
}

enum provider_verdict
imds_resolve(const struct cred_source *s, const struct cred_context *c, struct cred *out,
             struct err *e)
{
    struct imds m = {.source = s, .context = c, .base = s->imds_endpoint_url};
    enum provider_verdict verdict;
    char role[65];

    if (m.base == NULL)
        m.base = IMDS_ENDPOINT;
    if (uri_parse(m.base, &m.uri, e) != 0) {
        err_wrap(e, "imds_endpoint_url");
        return PROVIDER_FAILED;
    }
    verdict = get_token(&m, e);
    if (verdict == PROVIDER_FOUND)
        verdict = get_role(&m, role, e);
    if (verdict == PROVIDER_FOUND && get_keys(&m, role, &out->key, e) != 0)
        verdict = PROVIDER_FAILED;
    if (verdict != PROVIDER_FOUND && !m.named)
        err_wrap(e, "%s", m.uri.authority);
    if (verdict == PROVIDER_FOUND && out->region[0] == '\0')
        get_region(&m, out);
    secret_free(m.token);
    return verdict;
}
