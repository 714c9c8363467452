#include "state/record.h"

#include <string.h>

const char *const record_phases[] = {"none",    "unmapped", "pending", "later",  "intent",
                                     "created", "done",     "lost",    "failed", NULL};
const char *const record_hows[] = {"none",  "shown",  "operator", "bulk",
                                   "typed", "exists", "removed",  NULL};
const char *const record_calls[] = {"create", "update", NULL};

void
record_init(struct record *r, uid_t uid)
{
    memset(r, 0, sizeof(*r));
    r->uid = uid;
}

bool
record_waits(const struct record *r, int64_t now)
{
    return now < r->not_before && r->not_before - now <= RECORD_FAR;
}

void
record_new_password(struct record *r, bool typed)
{
    r->nonce[0] = '\0';
    r->creates = 0;
    r->try_count = 0;
    r->probable = false;
    r->typed = typed;
}

void
record_add_try(struct record *r, int64_t sent, int64_t deadline)
{
    if (r->try_count == RECORD_TRIES) {
        memmove(r->tries, r->tries + 1, sizeof(r->tries[0]) * (RECORD_TRIES - 1));
        r->try_count--;
    }
    r->tries[r->try_count].sent = sent;
    r->tries[r->try_count].deadline = deadline;
    r->try_count++;
}

void
record_close_try(struct record *r)
{
    if (r->try_count > 0)
        r->try_count--;
}

bool
record_in_window(const struct record *r, int64_t created)
{
    for (size_t i = 0; i < r->try_count; i++)
        if (created + 2 >= r->tries[i].sent && created - 2 <= r->tries[i].deadline)
            return true;
    return false;
}
