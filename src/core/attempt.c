#include "core/attempt.h"

#include <stdio.h>

#include "base/when.h"
#include "core/choose.h"
#include "core/create.h"
#include "core/ticket.h"
#include "pwgen/pwgen.h"

enum {
    SETTLED_S = 5 * 60 /* without a profile for so long, a try is known not to have acted */
};

/* What is under way is offered again at the next login; a new password, when `snooze` is over. */
static enum step
later(struct story *s)
{
    bool waits = s->record.phase == RECORD_PENDING || s->record.phase == RECORD_LOST;
    char date[WHEN_MAX];

    step_log(s, "claim", OUTCOME_LATER, NULL, NULL);
    if (!waits)
        return step_end(s, OUTCOME_LATER,
                        "Nothing more was sent to AWS. It is offered again at a login; "
                        "iamlp claim gives it at any time.");
    s->record.not_before = s->w->clock->wall_s() + s->w->conf->snooze;
    when_print(s->record.not_before, date);
    if (step_enter(s, s->record.phase == RECORD_PENDING ? RECORD_LATER : RECORD_LOST) == STEP_END)
        return STEP_END;
    return step_end(s, OUTCOME_LATER,
                    "Nothing was created. It is offered again at a login after %s; iamlp claim "
                    "gives it at any time.",
                    date);
}

static enum step
consent(struct story *s, enum record_call call)
{
    struct err e = ERR_INIT;
    enum wire_choice choice = WIRE_CHOICE_NO;
    const char *plan =
        call == RECORD_CALL_UPDATE
            ? "Its password was made here, was never confirmed as seen and is no longer held. Set a "
              "new one, to be changed at the first sign-in?"
        : s->way == STEP_CLAIM
            ? "You have no password for the AWS console yet. Shall one be made now? You will have "
              "to change it at the first sign-in."
            : "It has no console password. Create one, to be changed at the first sign-in?";

    if (s->way == STEP_PLAN)
        return step_end(s, OUTCOME_PENDING, "It would get a console password.");
    if (s->consented || s->way == STEP_LOGIN || s->way == STEP_PASSWD || s->way == STEP_BULK)
        return STEP_ON;
    if (client_ask(s->w->client, s->person.name, s->record.iam_user, s->record.account, plan,
                   &choice, &e) != 0)
        return step_end(s, OUTCOME_PENDING, "Nothing was created: %s.", e.msg);
    if (choice == WIRE_CHOICE_LATER)
        return later(s);
    if (choice != WIRE_CHOICE_YES)
        return step_end(s, OUTCOME_PENDING, "Nothing was created.");
    s->consented = true;
    return STEP_ON;
}

static int
new_nonce(struct story *s, struct err *e)
{
    unsigned char raw[16];

    if (s->w->random(raw, sizeof(raw)) != 0)
        return err_sys(e, "no random numbers");
    for (size_t i = 0; i < sizeof(raw); i++)
        (void)snprintf(s->record.nonce + 2 * i, 3, "%02x", raw[i]);
    return 0;
}

/* A new password in a new hold: a new try. */
static int
new_password(struct story *s, const struct policy *policy, struct err *e)
{
    const struct conf *c = s->w->conf;
    const struct pwgen_request request = {c->length, c->password_exclude, *policy};

    record_new_password(&s->record, false);
    s->password = pwgen_make(&request, s->w->random, e);
    if (s->password == NULL)
        return -1;
    if (c->hold == 0)
        return 0;
    if (new_nonce(s, e) != 0 ||
        s->w->hold->put(s->record.uid, s->record.nonce, s->password, c->hold, e) != 0) {
        s->record.nonce[0] = '\0';
        return -1;
    }
    return 0;
}

/* PasswordPolicyViolation is a definite no: read the policy, fit, try once more. */
static enum step
fit_policy(struct story *s, enum record_call call)
{
    struct policy policy = policy_default;
    struct err e = ERR_INIT;

    if (s->fitted)
        return step_fail(s, "create", OUTCOME_POLICY, s->answer.code,
                         "a password made after the account's own policy was refused: %s",
                         s->answer.text);
    ask_policy(&s->ask, &s->answer);
    if (s->answer.fault == WIRE_FAULT_NONE)
        policy = s->answer.policy;
    else if (s->answer.fault != WIRE_FAULT_NO_SUCH_ENTITY)
        return step_fail_answer(s, "create", "GetAccountPasswordPolicy");
    s->fitted = true;
    if (new_password(s, &policy, &e) != 0)
        return step_fail(s, "create", OUTCOME_POLICY, "policy", "%s", e.msg);
    return attempt_make(s, call);
}

/* EntityAlreadyExists: whose? The answer was definite, so not this try's. */
static enum step
whose(struct story *s)
{
    ask_login_profile(&s->ask, s->record.iam_user, &s->answer);
    if (s->answer.fault == WIRE_FAULT_NO_SUCH_ENTITY)
        return step_fail(s, "create", OUTCOME_ERROR, "EntityAlreadyExists",
                         "IAM says both that %s has a password and that it has none; it needs a "
                         "moment to agree with itself",
                         s->record.iam_user);
    if (s->answer.fault != WIRE_FAULT_NONE)
        return step_fail_answer(s, "create", "GetLoginProfile");
    if (!record_in_window(&s->record, s->answer.created))
        return create_exists(s);
    s->record.probable = true;
    return step_enter(s, RECORD_INTENT);
}

/* The phase that a call which definitely did not act leaves things in. */
static enum record_phase
before(enum record_call call)
{
    return call == RECORD_CALL_UPDATE ? RECORD_LOST : RECORD_PENDING;
}

static const char *
action_of(enum record_call call)
{
    return call == RECORD_CALL_UPDATE ? "UpdateLoginProfile" : "CreateLoginProfile";
}

static enum step
definite_no(struct story *s, enum record_call call)
{
    record_close_try(&s->record);
    switch (s->answer.fault) {
    case WIRE_FAULT_EXISTS:
        return whose(s);
    case WIRE_FAULT_POLICY:
        /* An earlier try with this password that is long past, and whose profile IAM has
         * just said not to have, did not act. One that is not past keeps the password. */
        while (s->record.try_count > 0 &&
               s->record.tries[s->record.try_count - 1].deadline + SETTLED_S <
                   ask_server_now(&s->ask))
            record_close_try(&s->record);
        if (s->record.try_count > 0)
            break;
        step_drop_hold(s);
        s->record.phase = before(call);
        return s->record.typed ? choose_refused(s, call) : fit_policy(s, call);
    case WIRE_FAULT_NO_SUCH_ENTITY:
        if (call == RECORD_CALL_UPDATE)
            return create_removed(s);
        break;
    default:
        break;
    }
    if (s->record.try_count == 0) {
        step_drop_hold(s);
        s->record.phase = before(call);
    }
    return step_fail_answer(s, "create", action_of(call));
}

static enum step
created(struct story *s, enum record_call call)
{
    s->record.try_count = 0;
    s->record.probable = false;
    s->record.failures = 0;
    s->record.not_before = 0;
    s->record.code[0] = '\0';
    if (call == RECORD_CALL_CREATE)
        s->record.profile_date = s->answer.created;
    (void)snprintf(s->record.request_id, sizeof(s->record.request_id), "%s", s->answer.request_id);
    step_log(s, call == RECORD_CALL_UPDATE ? "reissue" : "create", OUTCOME_OK, NULL, NULL);
    /* A full disk must not keep the password from the person who is waiting for it:
     * the durable `intent` and the hold lead the next story back here. */
    (void)step_enter(s, RECORD_CREATED);
    return STEP_ON;
}

enum step
attempt_make(struct story *s, enum record_call call)
{
    struct err e = ERR_INIT;
    int64_t now, begun, left;
    int time_ms;

    if (consent(s, call) == STEP_END)
        return STEP_END;
    if (s->password == NULL && s->w->conf->source == CONF_SOURCE_ASK && s->way == STEP_CLAIM) {
        if (choose_password(s, NULL) == STEP_END)
            return STEP_END;
    } else if (s->password == NULL && new_password(s, &policy_default, &e) != 0)
        return step_fail(s, "create", e.code == ERR_CONFIG ? OUTCOME_POLICY : OUTCOME_ERROR, "hold",
                         "%s", e.msg);
    begun = s->w->clock->mono_ms();
    time_ms = ask_left(&s->ask);
    now = ask_server_now(&s->ask);
    s->record.call = call;
    s->record.ticket = ticket_wanted(s->account);
    s->record.creates++;
    record_add_try(&s->record, now, now + (time_ms + 999) / 1000);
    if (step_enter(s, RECORD_INTENT) == STEP_END) {
        /* Nothing has been sent with it: a hold no record speaks of goes. */
        if (s->record.creates == 1)
            step_drop_hold(s);
        return STEP_END;
    }
    /* The recorded deadline binds, however long the disk took. */
    left = time_ms - (s->w->clock->mono_ms() - begun);
    if (left <= 0) {
        record_close_try(&s->record);
        return step_fail(s, "create", OUTCOME_TIMEOUT, "disk",
                         "the record took too long to write; nothing was sent");
    }
    s->ask.timeout_ms = (int)left;
    if (call == RECORD_CALL_UPDATE)
        ask_update(&s->ask, s->record.iam_user, s->password, &s->answer);
    else
        ask_create(&s->ask, s->record.iam_user, s->password, &s->answer);
    s->ask.timeout_ms = s->w->timeout_ms;
    if (s->answer.fault == WIRE_FAULT_NONE)
        return created(s, call);
    if (!s->answer.maybe_acted)
        return definite_no(s, call);
    if (s->recovered)
        return step_fail_answer(s, "create", action_of(call));
    step_log_unanswered(s, action_of(call));
    return STEP_ON;
}
