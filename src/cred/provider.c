#include "cred/provider.h"

#include <string.h>

#define TELLING 24 /* bytes in a row that a sentence must not share with a secret */
#define LEAST   8  /* bytes of a secret; a shorter one would be found in any sentence */

int64_t
provider_deadline(const struct cred_context *c, int64_t ms)
{
    int64_t deadline = c->clock->mono_ms() + ms;

    return deadline < c->deadline ? deadline : c->deadline;
}

int64_t
provider_now(const struct cred_context *c)
{
    return c->clock->wall_s() + (c->retry != NULL ? c->retry->skew_s : 0);
}

int
provider_mend(struct err *e, const char *how)
{
    struct err why = *e;

    return err_set(e, why.code, "%s; %s", why.msg, how);
}

void
provider_withhold(const struct secret *secret, const char *where, struct err *e)
{
    const char *text = secret_str(secret);
    size_t len = secret_len(secret);
    size_t piece = len < TELLING ? len : TELLING;

    for (size_t i = 0; piece >= LEAST && i + piece <= len; i++)
        if (memmem(e->msg, strlen(e->msg), text + i, piece) != NULL) {
            err_set(e, e->code, "%s: refused in words that repeat the token, so they are not shown",
                    where);
            return;
        }
}
