#include "cred/provider.h"

int64_t
provider_deadline(const struct cred_context *c, int64_t ms)
{
    int64_t deadline = c->clock->mono_ms() + ms;

    return deadline < c->deadline ? deadline : c->deadline;
}
