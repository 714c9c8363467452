/* What a profile's credential_process printed. */
#include "cred/provider.h"

int
process_read(const struct cred_source *s, struct cred *out, struct err *e)
{
    (void)s;
    (void)out;
    return err_set(e, ERR_ABSENT, "credential_process was not run");
}

enum provider_verdict
process_resolve(const struct cred_source *s, const struct cred_context *c, struct cred *out,
                struct err *e)
{
    (void)c;
    return process_read(s, out, e) == 0 ? PROVIDER_FOUND : PROVIDER_ABSENT;
}
