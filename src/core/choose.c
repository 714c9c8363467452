#include "core/choose.h"

#include <stdio.h>

#include "core/attempt.h"

enum {
    CHOICES_MAX = 3
};

/* IAM's own ceiling and character set; length and classes are the policy's affair. */
static const struct policy anything = {.min_length = 1};

int
choose_possible(const struct secret *password, struct err *e)
{
    return policy_check(&anything, secret_str(password), secret_len(password), "", e);
}

/* The account's policy; where this host may not read it, IAM alone judges. */
static struct policy
policy_of(struct story *s)
{
    ask_policy(&s->ask, &s->answer);
    if (s->answer.fault == WIRE_FAULT_NONE)
        return s->answer.policy;
    return s->answer.fault == WIRE_FAULT_NO_SUCH_ENTITY ? policy_default : anything;
}

static enum step
none(struct story *s, const char *why)
{
    return step_end(s, OUTCOME_PENDING, "Nothing was created: %s.", why);
}

enum step
choose_password(struct story *s, const char *why)
{
    const struct policy policy = policy_of(s);
    struct err e = ERR_INIT;

    if (why != NULL)
        err_set(&e, ERR_FORMAT, "%s", why);
    while (s->choices++ < CHOICES_MAX) {
        s->password = client_choose(s->w->client, e.code != ERR_OK ? e.msg : NULL, &e);
        if (s->password == NULL)
            return none(s, e.msg);
        err_clear(&e);
        if (policy_check(&policy, secret_str(s->password), secret_len(s->password),
                         s->record.iam_user, &e) == 0) {
            record_new_password(&s->record, true);
            return STEP_ON;
        }
        secret_free(s->password);
        s->password = NULL;
    }
    return none(s, e.msg);
}

enum step
choose_refused(struct story *s, enum record_call call)
{
    char why[ERR_MSG_MAX];

    (void)snprintf(why, sizeof(why), "AWS does not take this password: %.340s", s->answer.text);
    step_log(s, "create", OUTCOME_POLICY, s->answer.code, s->answer.text);
    if (step_enter(s, s->record.phase) == STEP_END)
        return STEP_END;
    if (s->way != STEP_CLAIM)
        return step_end(s, OUTCOME_POLICY, "%s", why);
    return choose_password(s, why) == STEP_ON ? attempt_make(s, call) : STEP_END;
}
