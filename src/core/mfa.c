#include "core/mfa.h"

#include <stdio.h>
#include <string.h>

#include "core/result.h"

void
mfa_name(const struct ask_answer *user, const char *iam_user, char arn[ASK_ARN_MAX])
{
    (void)snprintf(arn, ASK_ARN_MAX, "arn:%s:iam::%s:user%s%s", user->partition, user->account,
                   user->path, iam_user);
}

void
mfa_ask(struct ask *a, const char *arn, struct ask_answer *r)
{
    const struct ask_imagined imagined = {
        .arn = arn, .actions = "iam:ChangePassword", .resource = arn, .without_mfa = true};

    ask_simulate(a, &imagined, r);
}

enum step
mfa_check(struct story *s, const char *arn)
{
    const struct ask_answer *r = &s->answer;

    if (!s->w->simulate)
        return STEP_ON;
    mfa_ask(&s->ask, arn, &s->answer);
    s->unseen = r->fault == WIRE_FAULT_DENIED;
    /* These may pass; with the others nobody is kept from a password. */
    if (!result_reached(r))
        return step_fail_answer(s, "create", "SimulatePrincipalPolicy");
    if (r->fault != WIRE_FAULT_NONE || strcmp(r->decisions, "d") != 0)
        return STEP_ON;
    step_log(s, "create", OUTCOME_DENIED, "mfa", NULL);
    memcpy(s->code, "mfa", sizeof("mfa"));
    return step_end(s, OUTCOME_DENIED,
                    "A policy denies %s iam:ChangePassword without MFA, so the first sign-in could "
                    "not be finished; except it from that Deny.",
                    s->record.iam_user);
}
