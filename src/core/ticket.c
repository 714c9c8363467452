#include "core/ticket.h"

#include <stdio.h>
#include <string.h>

enum {
    TAG_MS = 2 * 1000
};

bool
ticket_wanted(const struct conf_account *account)
{
    return account->require_tag_key != NULL && strcmp(account->require_tag_value, "pending") == 0;
}

void
ticket_use(struct story *s)
{
    const char *key = s->account->require_tag_key;
    char msg[ERR_MSG_MAX + 256];
    struct ask_answer r;

    if (!s->record.ticket || !ticket_wanted(s->account))
        return;
    ask_tag(&s->ask, s->record.iam_user, key, "done", TAG_MS, &r);
    if (r.fault == WIRE_FAULT_NONE || r.fault == WIRE_FAULT_DENIED) {
        s->record.ticket = false;
        /* Where it cannot be written, it is used once more. */
        (void)step_enter(s, s->record.phase);
        return;
    }
    (void)snprintf(msg, sizeof(msg), "tag %s of %s still says pending: TagUser: %s", key,
                   s->record.iam_user, r.text);
    step_log(s, "create", OUTCOME_PENDING, "tag", msg);
}
