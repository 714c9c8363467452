/*
 * A role by a token of web identity: whoever runs this host (Kubernetes, a CI) writes a
 * signed statement of who it is into a file, and STS gives keys of a role for it.
 */

#include "cred/provider.h"
#include "cred/sts.h"

/* Of AssumeRoleWithWebIdentity's WebIdentityToken. */
#define TOKEN_MIN 4
#define TOKEN_MAX 20000

/* The token without the line end that an editor or echo leaves behind it. A token holds
 * none itself, so nothing else can have been meant; botocore sends it along, and STS
 * refuses that. NULL: ERR_FORMAT, ERR_MEMORY. */
static struct secret *
token_of(const struct cred_source *s, struct err *e)
{
    const char *path = s->web_token_path, *text = secret_str(s->web_token);
    size_t len = secret_len(s->web_token);

    while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
        len--;
    if (len < TOKEN_MIN || len > TOKEN_MAX) {
        err_set(e, ERR_FORMAT,
                "%s: has %zu bytes, and a token has %d to %d; name the file that holds the token "
                "and nothing else",
                path, len, TOKEN_MIN, TOKEN_MAX);
        return NULL;
    }
    for (size_t i = 0; i < len; i++)
        if (text[i] < '!' || text[i] > '~') {
            err_set(e, ERR_FORMAT,
                    "%s: holds a blank, a line break or another character that no token has; name "
                    "the file that holds the token and nothing else",
                    path);
            return NULL;
        }
    return secret_from(text, len, e);
}

int
web_assume(const struct cred_source *s, const struct cred_context *c, const char *region,
           const char *role_arn, const char *session_name, int duration, struct cred *out,
           struct err *e)
{
    struct sts_role role = {.arn = role_arn, .session_name = session_name, .duration = duration};
    struct secret *token = NULL;
    int rc = -1;

    if (s->web_token_fault != NULL)
        return err_set(e, ERR_DENIED, "%s", s->web_token_fault);
    if (s->web_token == NULL)
        return err_set(e, ERR_ABSENT, "web_identity_token_file is not given");
    if (role_arn == NULL || role_arn[0] == '\0')
        return err_set(e, ERR_CONFIG, "%s: the token is for no role; write role_arn beside it",
                       s->web_token_path);
    token = token_of(s, e);
    if (token == NULL)
        return -1;
    role.web_token = token;
    rc = sts_assume(s, c, region, NULL, &role, out, e);
    if (rc != 0) {
        if (e->code == ERR_DENIED)
            err_wrap(e, "%s", s->web_token_path);
        provider_withhold(token, s->web_token_path, e);
    }
    secret_free(token);
    return rc;
}

enum provider_verdict
web_resolve(const struct cred_source *s, const struct cred_context *c, struct cred *out,
            struct err *e)
{
    if (web_assume(s, c, s->region, s->role_arn, s->session_name, s->role_duration, out, e) == 0)
        return PROVIDER_FOUND;
    return e->code == ERR_ABSENT ? PROVIDER_ABSENT : PROVIDER_FAILED;
}
