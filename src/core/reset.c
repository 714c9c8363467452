#include "core/reset.h"

#include "core/subject.h"

enum step
reset_record(struct story *s)
{
    enum wire_choice choice = WIRE_CHOICE_NO;
    const char *account = s->record.account;
    struct err e = ERR_INIT;

    if (!s->map.served && s->record.iam_user[0] == '\0')
        return step_end(s, OUTCOME_UNMAPPED, "%s is not served: %s.", s->person.name, s->map.why);
    s->account = conf_find_account(s->w->conf, s->record.section);
    if (account[0] == '\0' && s->account != NULL && s->account->id != NULL)
        account = s->account->id;
    if (client_ask(s->w->client, s->person.name, s->record.iam_user,
                   account[0] != '\0' ? account : NULL, record_phases[s->record.phase], &choice,
                   &e) != 0 ||
        choice != WIRE_CHOICE_YES)
        return step_end_quietly(s, OUTCOME_LATER, "The record of %s is as it was.", s->person.name);
    if (!step_done(s, RECORD_HOW_OPERATOR))
        return STEP_END;
    step_log(s, "reset", OUTCOME_OK, NULL, NULL);
    return step_end(s, OUTCOME_OK, "The record of %s says so, too.", s->person.name);
}
