/* The service that hands keys to containers (ECS, EKS pod identity). */
#include "cred/provider.h"

enum provider_verdict
container_resolve(const struct cred_source *s, const struct cred_context *c, struct cred *out,
                  struct err *e)
{
    (void)s;
    (void)c;
    (void)out;
    err_set(e, ERR_DENIED, "container_uri is not given");
    return PROVIDER_ABSENT;
}
