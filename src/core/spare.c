#include "core/spare.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "core/cache.h"

void
spare_init(struct spare *sp)
{
    memset(sp, 0, sizeof(*sp));
    sp->ask.fd = -1;
}

void
spare_put(struct spare *sp, struct ask *a)
{
    if (a->fd < 0)
        return;
    spare_close(sp);
    sp->ask = *a;
    (void)snprintf(sp->user, sizeof(sp->user), "%s", a->user);
    sp->ask.user = sp->user;
    a->fd = -1;
    a->told = NULL;
}

/* Still there, and silent, as between two questions it has to be? */
static bool
silent(int fd)
{
    struct pollfd p = {fd, POLLIN, 0};

    return poll(&p, 1, 0) == 0;
}

void
spare_take(struct spare *sp, struct ask *a)
{
    const struct ask *had = &sp->ask;

    if (had->fd < 0)
        return;
    if (had->account != a->account || !silent(had->fd) ||
        a->clock->mono_ms() - had->started_ms > SPARE_MS ||
        (cache_personal(a) && strcmp(sp->user, a->user) != 0)) {
        spare_close(sp);
        return;
    }
    a->fd = had->fd;
    a->kept = had->kept;
    a->started_ms = had->started_ms;
    a->date = had->date;
    a->date_ms = had->date_ms;
    a->skew = had->skew;
    a->told = had->told;
    memcpy(a->shared, had->shared, sizeof(a->shared));
    spare_init(sp);
}

void
spare_close(struct spare *sp)
{
    if (sp->ask.fd >= 0)
        ask_close(&sp->ask);
}
