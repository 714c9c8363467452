/* What a profile's credential_process printed. */
#include "cred/document.h"
#include "cred/provider.h"

int
process_read(const struct cred_source *s, struct cred *out, struct err *e)
{
    if (s->process_fault != NULL)
        return err_set(e, ERR_DENIED, "%s", s->process_fault);
    if (s->process_output == NULL)
        return err_set(
            e, ERR_ABSENT,
            "credential_process was not run; write one into the profile, or choose other "
            "credentials");
    if (document_read(s->process_output, DOCUMENT_PROCESS, &out->key, e) == 0)
        return 0;
    err_wrap(e, "what credential_process printed");
    return provider_mend(e, "run it as root and compare with what AWS's SDKs expect of one");
}

enum provider_verdict
process_resolve(const struct cred_source *s, const struct cred_context *c, struct cred *out,
                struct err *e)
{
    const char *path = s->config_file != NULL ? s->config_path : s->credentials_path;

    (void)c;
    if (process_read(s, out, e) == 0)
        return PROVIDER_FOUND;
    if (path != NULL)
        err_wrap(e, "%s", path);
    return e->code == ERR_ABSENT ? PROVIDER_ABSENT : PROVIDER_FAILED;
}
