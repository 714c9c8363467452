#include "core/reset.h"

#include <stdio.h>
#include <string.h>

#include "core/signin.h"
#include "core/subject.h"
#include "state/store.h"

/* ---- the record ------------------------------------------------------------------------- */

/* RESET-2. What the operator's call is about to do can be told from no record. */
static enum step
announce(struct story *s, const struct client_place *where)
{
    struct record *r = &s->record;

    (void)snprintf(r->account, sizeof(r->account), "%s", where->account);
    if (s->account != NULL && s->account->signin_url != NULL)
        (void)snprintf(r->signin_url, sizeof(r->signin_url), "%s", s->account->signin_url);
    else
        signin_page(where->partition, where->account, r->signin_url, sizeof(r->signin_url));
    r->probable = true;
    r->told = false;
    r->not_before = 0;
    return step_enter(s, RECORD_LOST);
}

/* As if nothing had been announced. */
static enum step
take_back(struct story *s, const struct record *found, bool had)
{
    struct err e = ERR_INIT;

    s->record = *found;
    if ((had ? store_write(s->w->state, found, &e) : store_remove(s->w->state, found->uid, &e)) !=
        0)
        return step_end(s, OUTCOME_ERROR, "The record of %s cannot be put back: %s.",
                        s->person.name, e.msg);
    return step_end_quietly(s, OUTCOME_LATER, "The record of %s is as it was.", s->person.name);
}

/* ---- the story --------------------------------------------------------------------------- */

static enum step
done(struct story *s)
{
    s->record.probable = false;
    if (step_done(s, RECORD_HOW_OPERATOR) == STEP_END)
        return STEP_END;
    step_log(s, "reset", OUTCOME_OK, NULL, NULL);
    return step_end(s, OUTCOME_OK, "The record of %s says so, too.", s->person.name);
}

/* `told`: the operator knows. */
static enum step
lost(struct story *s, bool told)
{
    step_log(s, "reset", OUTCOME_LOST, NULL,
             told ? "another password may have been set, and nobody is known to have it"
                  : "iamlp reset ended while another password was set: nobody may have it");
    s->record.told = told;
    if (step_enter(s, RECORD_LOST) == STEP_END)
        return STEP_END;
    return step_end(s, OUTCOME_LOST, "The record of %s says that nobody is known to have it.",
                    s->person.name);
}

enum step
reset_record(struct story *s)
{
    enum wire_choice choice = WIRE_CHOICE_NO;
    const char *account = s->record.account;
    struct client_place where = {"", ""};
    struct record found;
    struct err e = ERR_INIT;
    bool had = store_read(s->w->state, s->person.uid, &found, NULL) == 0;

    if (!s->map.served && s->record.iam_user[0] == '\0')
        return step_end(s, OUTCOME_UNMAPPED, "%s is not served: %s.", s->person.name, s->map.why);
    if (!had)
        record_init(&found, s->person.uid);
    s->account = conf_find_account(s->w->conf, s->record.section);
    if (account[0] == '\0' && s->account != NULL && s->account->id != NULL)
        account = s->account->id;
    if (client_ask_operator(s->w->client, s->person.name, s->record.iam_user,
                            account[0] != '\0' ? account : NULL, record_phases[s->record.phase],
                            &choice, &where, &e) != 0 ||
        choice != WIRE_CHOICE_YES || !signin_is_account(where.account) ||
        (account[0] != '\0' && strcmp(account, where.account) != 0))
        return step_end_quietly(s, OUTCOME_LATER, "The record of %s is as it was.", s->person.name);
    if (announce(s, &where) == STEP_END)
        return STEP_END;
    if (client_let(s->w->client, s->record.signin_url, &choice, &e) != 0)
        return lost(s, false);
    if (choice == WIRE_CHOICE_YES)
        return done(s);
    return choice == WIRE_CHOICE_NO ? take_back(s, &found, had) : lost(s, true);
}

enum step
reset_locked(struct story *s)
{
    return step_end(
        s, OUTCOME_PENDING,
        "Somebody else is at work for %s, such as their own iamlp claim. Try again; or, "
        "whoever that is and without this host's record: iamlp update-login-profile "
        "--user-name %s --password-reset-required",
        s->person.name, s->map.served ? s->map.iam_user : "NAME");
}
