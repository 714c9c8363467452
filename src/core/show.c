#include "core/show.h"

#include <stdio.h>

#include "base/when.h"
#include "core/create.h"
#include "core/recover.h"
#include "core/ticket.h"

static enum step
unconfirmed(struct story *s, const struct err *e)
{
    bool own = s->way == STEP_CLAIM;

    step_log(s, "show", OUTCOME_PENDING, NULL, e->msg);
    if (s->record.nonce[0] == '\0')
        return step_end(s, OUTCOME_PENDING,
                        "Not confirmed, and with hold = none it cannot be shown again.");
    if (s->way == STEP_BULK)
        return step_end(s, OUTCOME_PENDING,
                        "The password is kept on this host, and the next run delivers it: %s.",
                        e->msg);
    return step_end(
        s, OUTCOME_PENDING,
        "Not confirmed: it is kept on this host and can be shown again with: iamlp %s%s",
        own ? "claim" : "provision ", own ? "" : s->person.name);
}

/* A password that its owner has typed: nothing to hold, nothing to confirm. */
static enum step
typed(struct story *s)
{
    const struct client_shown shown = {.signin_url = s->record.signin_url,
                                       .iam_user = s->record.iam_user};
    bool probable = s->record.probable;
    struct err e = ERR_INIT;

    if (step_done(s, RECORD_HOW_TYPED) == STEP_END)
        return STEP_END;
    if (probable)
        step_log(s, "create", OUTCOME_OK, "probable", NULL);
    if (s->way == STEP_CLAIM)
        (void)client_show(s->w->client, &shown, &e);
    return step_end(s, OUTCOME_OK,
                    "IAM user %s %shas the console password that was typed here, to be changed at "
                    "the first sign-in: %s",
                    s->record.iam_user, probable ? "probably " : "", s->record.signin_url);
}

enum step
show_password(struct story *s)
{
    bool probable = s->record.probable, earlier = s->password == NULL;
    struct err e = ERR_INIT;
    char note[256] = "", date[WHEN_MAX];

    ticket_use(s);
    if (s->record.typed)
        return typed(s);
    if (s->way == STEP_LOGIN)
        return step_end(s, OUTCOME_OK, "the password waits for iamlp claim");
    if (step_fetch_hold(s, "show") == STEP_END)
        return STEP_END;
    if (s->password == NULL) {
        s->record.told = false;
        return step_enter(s, RECORD_LOST);
    }
    when_print(s->record.changed, date);
    if (probable)
        (void)snprintf(note, sizeof(note),
                       "This password was probably set, but AWS never confirmed it. If it is "
                       "refused, ask an operator for a new one.");
    else if (earlier) /* IAM cannot say what has become of it since */
        (void)snprintf(note, sizeof(note),
                       "It was set %s. If it is refused, it has been changed since: ask an "
                       "operator for a new one.",
                       date);
    /* The person may take minutes, and an iamlp-net that knows the password does not live on for
     * that. In a batch nobody has to think, and it serves the next user. */
    if (s->w->spare == NULL)
        ask_close(&s->ask);
    if (client_show(s->w->client,
                    &(const struct client_shown){s->record.signin_url, s->record.iam_user,
                                                 s->record.account, s->password,
                                                 note[0] != '\0' ? note : NULL},
                    &e) != 0)
        return unconfirmed(s, &e);
    if (step_done(s, step_how(s)) == STEP_END)
        return STEP_END;
    step_log(s, "show", OUTCOME_OK, probable ? "probable" : NULL, NULL);
    return step_end(s, OUTCOME_OK,
                    "%s has a console password and must change it at the first "
                    "sign-in.",
                    s->record.iam_user);
}

/* Is the profile, as GetLoginProfile has just answered, no longer the one that was made here? */
static bool
replaced(const struct story *s)
{
    return s->answer.fault == WIRE_FAULT_NONE &&
           (!s->answer.reset_required ||
            (s->record.profile_date != 0 && s->answer.created != s->record.profile_date));
}

enum step
show_lost(struct story *s)
{
    ticket_use(s);
    if (s->w->conf->reissue && !s->record.probable)
        return recover_reissue(s);
    /* Whoever was told has perhaps been to an operator meanwhile. */
    if (s->record.told) {
        ask_login_profile(&s->ask, s->record.iam_user, &s->answer);
        if (replaced(s))
            return create_exists(s);
        if (s->answer.fault == WIRE_FAULT_NO_SUCH_ENTITY)
            return create_gone(s);
    }
    step_log(s, "show", OUTCOME_LOST, s->record.probable ? "probable" : NULL, NULL);
    /* Only the person counts as told, not an operator who came upon it. */
    s->record.told = s->record.told || s->way == STEP_CLAIM;
    if (step_enter(s, RECORD_LOST) == STEP_END)
        return STEP_END;
    return step_end(s, OUTCOME_LOST,
                    "The console password of %s was %smade on this host and is no longer held "
                    "(restart or expiry). An operator can set a new one: aws iam "
                    "update-login-profile --password-reset-required --user-name %s --password ...",
                    s->record.iam_user, s->record.probable ? "probably " : "", s->record.iam_user);
}
