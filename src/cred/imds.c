/*
 * The instance metadata service of EC2, version 2: a token by PUT, then the role,
 * its keys and the region by GET. Version 1 is never asked: it answers anybody who
 * can make a process of this host fetch a URL.
 */
#include <stdio.h>
#include <string.h>

#include "cred/document.h"
#include "cred/keys.h"
#include "cred/provider.h"

#define ENDPOINT "http://169.254.169.254"
#define ROLES    "/latest/meta-data/iam/security-credentials/"

/* A link-local service answers in milliseconds or, off EC2, never: a longer wait
 * would only delay the logins of hosts that have none. */
#define REQUEST_MS 1000

/* Seconds. The token serves the few requests of one resolve; a longer life would
 * serve only somebody who stole it. */
#define TOKEN_TTL "60"

#define TOKEN_MAX 1024 /* bytes; AWS's have 56 */
#define URL_SIZE  512

struct imds {
    const struct cred_source *source;
    const struct cred_context *context;
    struct secret *token; /* the whole header line */
    bool renewed;
};

static int
ask(const struct imds *m, const char *method, const char *path, const char *header,
    struct http_answer *a, struct err *e)
{
    const char *base =
        m->source->imds_endpoint_url != NULL ? m->source->imds_endpoint_url : ENDPOINT;
    const char *headers[] = {header, NULL};
    size_t n = strlen(base);
    char url[URL_SIZE];

    memset(a, 0, sizeof(*a));
    if (n > 0 && base[n - 1] == '/')
        n--;
    if ((size_t)snprintf(url, sizeof(url), "%.*s%s", (int)n, base, path) >= sizeof(url))
        return err_set(e, ERR_CONFIG, "imds_endpoint_url is too long");
    return http_send(m->context->http,
                     &(struct http_request){.method = method,
                                            .url = url,
                                            .headers = headers,
                                            .deadline = provider_deadline(m->context, REQUEST_MS)},
                     a, e);
}

static int
keep_token(struct imds *m, const struct secret *body, struct err *e)
{
    static const char name[] = "X-aws-ec2-metadata-token: ";
    const char *token = secret_str(body);
    size_t len = secret_len(body);

    if (len == 0 || len > TOKEN_MAX)
        return err_set(e, ERR_FORMAT, "the token has %zu bytes", len);
    for (size_t i = 0; i < len; i++)
        if (token[i] < '!' || token[i] > '~')
            return err_set(e, ERR_FORMAT, "the token is no header's value");
    secret_free(m->token);
    m->token = secret_new(sizeof(name) + TOKEN_MAX, e);
    return m->token == NULL || secret_append(m->token, name, strlen(name), e) != 0 ||
                   secret_append(m->token, token, len, e) != 0
               ? -1
               : 0;
}

/* Nobody answered the first request: is this no EC2 host, or a container on one? */
static enum provider_verdict
no_answer(const struct imds *m, bool sent, struct err *e)
{
    bool ours = clock_left_ms(m->context->clock, m->context->deadline) == 0;

    if (ours || (e->code != ERR_TIMEOUT && e->code != ERR_NETWORK))
        return PROVIDER_FAILED;
    /* The limit counts for the answer to the PUT alone, so the connection stands. */
    if (e->code == ERR_TIMEOUT && sent)
        err_set(e, ERR_TIMEOUT,
                "no answer to the token request within %d ms; in a container raise the hop limit "
                "of the instance's metadata options to 2",
                REQUEST_MS);
    else
        err_wrap(e, "no instance metadata service");
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
    else if (a.status >= 500)
        err_set(e, ERR_NETWORK, "status %d to the token request", a.status);
    else {
        /* Turned off (403), or another cloud's service at the same address. */
        err_set(e, ERR_DENIED, "status %d to the token request: turned off, or not EC2's version 2",
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
        return err_set(e, ERR_FORMAT, "the role's name has %zu characters", len);
    for (size_t i = 0; i < len; i++)
        if (memchr(allowed, role[i], strlen(allowed)) == NULL)
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
        if (check_role(wanted, len, e) != 0)
            return PROVIDER_FAILED;
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
        err_set(e, ERR_NETWORK, "status %d to the list of roles", a.status);
    else if (check_role(secret_str(a.body), len, e) == 0) {
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
        rc = err_set(e, ERR_DENIED, "the instance does not have this role");
    else if (rc == 0 && a.status != 200)
        rc = err_set(e, ERR_NETWORK, "status %d to the request for keys", a.status);
    else if (rc == 0)
        rc = document_read(a.body, DOCUMENT_SERVICE, k, e);
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
    struct imds m = {.source = s, .context = c};
    enum provider_verdict verdict;
    char role[65];

    verdict = get_token(&m, e);
    if (verdict == PROVIDER_FOUND)
        verdict = get_role(&m, role, e);
    if (verdict == PROVIDER_FOUND && get_keys(&m, role, &out->key, e) != 0)
        verdict = PROVIDER_FAILED;
    if (verdict == PROVIDER_FOUND && out->region[0] == '\0')
        get_region(&m, out);
    secret_free(m.token);
    return verdict;
}
