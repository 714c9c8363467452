/* A role by a token of web identity. */
#include "cred/provider.h"

int
web_assume(const struct cred_source *s, const struct cred_context *c, const char *region,
           const char *role_arn, const char *session_name, int duration, struct cred *out,
           struct err *e)
{
    (void)s;
    (void)c;
    (void)region;
    (void)role_arn;
    (void)session_name;
    (void)duration;
    (void)out;
    return err_set(e, ERR_ABSENT, "web_identity_token_file is not given");
}

enum provider_verdict
web_resolve(const struct cred_source *s, const struct cred_context *c, struct cred *out,
            struct err *e)
{
    return web_assume(s, c, s->region, s->role_arn, s->session_name, s->role_duration, out, e) == 0
               ? PROVIDER_FOUND
               : PROVIDER_ABSENT;
}
