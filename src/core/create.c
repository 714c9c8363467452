#include "core/create.h"

#include <stdio.h>
#include <string.h>

#include "base/when.h"
#include "core/attempt.h"
#include "core/cache.h"
#include "core/mfa.h"
#include "core/signin.h"

/* Path or tag are not what the account's configuration requires: this user is not served. */
static enum step
not_as_required(struct story *s, const char *what, const char *is, const char *should)
{
    step_log(s, "create", OUTCOME_UNMAPPED, what, NULL);
    (void)snprintf(s->code, sizeof(s->code), "%s", what);
    if (step_enter(s, RECORD_UNMAPPED) == STEP_END)
        return STEP_END;
    return step_end_quietly(s, OUTCOME_UNMAPPED, "IAM user %s has %s %s, and %s is required.",
                            s->record.iam_user, what, is, should);
}

enum step
create_check_user(struct story *s, const char *event)
{
    const struct conf_account *want = s->account;
    const struct ask_answer *r = &s->answer;

    ask_user(&s->ask, s->record.iam_user, want->require_tag_key, &s->answer);
    if (r->fault != WIRE_FAULT_NONE)
        return step_fail_answer(s, event, "GetUser");
    if (!signin_is_account(r->account))
        return step_fail(s, event, OUTCOME_ERROR, "account",
                         "GetUser: no account of 12 digits for %s", s->record.iam_user);
    if (want->id != NULL && strcmp(want->id, r->account) != 0) {
        cache_drop(&s->ask);
        return step_fail(s, event, OUTCOME_DENIED, "account",
                         "the credentials belong to account %s, and the configuration says id = %s",
                         r->account, want->id);
    }
    /* RECORD-3: what is unfinished in one account is not finished in another. */
    if (s->record.account[0] != '\0' && s->record.phase != RECORD_PENDING &&
        strcmp(s->record.account, r->account) != 0)
        return step_fail(s, event, OUTCOME_DENIED, "account",
                         "the unfinished try belongs to account %s, the credentials to %s",
                         s->record.account, r->account);
    (void)snprintf(s->record.account, sizeof(s->record.account), "%s", r->account);
    if (want->signin_url != NULL)
        (void)snprintf(s->record.signin_url, sizeof(s->record.signin_url), "%s", want->signin_url);
    else
        signin_page(r->partition, r->account, s->record.signin_url, sizeof(s->record.signin_url));
    return STEP_ON;
}

static enum step
check_required(struct story *s)
{
    const struct conf_account *want = s->account;
    const struct ask_answer *r = &s->answer;

    if (want->require_path != NULL &&
        strncmp(r->path, want->require_path, strlen(want->require_path)) != 0)
        return not_as_required(s, "path", r->path, want->require_path);
    if (want->require_tag_key != NULL && !r->has_tag)
        return not_as_required(s, "tag", "(none)", want->require_tag_key);
    if (want->require_tag_key != NULL && strcmp(r->tag_value, want->require_tag_value) != 0)
        return not_as_required(s, "tag", r->tag_value, want->require_tag_value);
    return STEP_ON;
}

enum step
create_exists(struct story *s)
{
    bool due = s->answer.reset_required;
    char date[WHEN_MAX];

    when_print(s->answer.created, date);
    if (step_done(s, RECORD_HOW_EXISTS) == STEP_END)
        return STEP_END;
    step_log(s, "create", OUTCOME_EXISTS, NULL, NULL);
    if (due)
        return step_end(s, OUTCOME_EXISTS,
                        "IAM user %s already has a console password, made %s. It has not been "
                        "changed yet; whoever does not know it can have it reset by an operator.",
                        s->record.iam_user, date);
    return step_end_quietly(s, OUTCOME_EXISTS,
                            "IAM user %s already has a console password, made %s.",
                            s->record.iam_user, date);
}

enum step
create_gone(struct story *s)
{
    if (step_done(s, RECORD_HOW_REMOVED) == STEP_END)
        return STEP_END;
    step_log(s, "create", OUTCOME_REMOVED, NULL, NULL);
    return step_end(s, OUTCOME_REMOVED,
                    "The console password of %s that was made here has been deleted since. An "
                    "operator can make another: aws iam create-login-profile "
                    "--password-reset-required --user-name %s --password ...",
                    s->record.iam_user, s->record.iam_user);
}

enum step
create_removed(struct story *s)
{
    if (step_done(s, RECORD_HOW_REMOVED) == STEP_END)
        return STEP_END;
    step_log(s, "create", OUTCOME_REMOVED, NULL, NULL);
    return step_end_quietly(
        s, OUTCOME_REMOVED,
        "Console access of IAM user %s was taken away on purpose: it has been used and has no "
        "password now. Nothing was created. An operator can give it back: aws iam "
        "create-login-profile --password-reset-required --user-name %s --password ...",
        s->record.iam_user, s->record.iam_user);
}

enum step
create_fresh(struct story *s)
{
    char arn[ASK_ARN_MAX];
    int64_t last_used;

    /* STORE-2: a record that cannot be written ends it before anything is asked. */
    if (step_enter(s, RECORD_PENDING) == STEP_END)
        return STEP_END;
    if (create_check_user(s, "create") == STEP_END || check_required(s) == STEP_END)
        return STEP_END;
    last_used = s->answer.last_used;
    mfa_name(&s->answer, s->record.iam_user, arn);
    ask_login_profile(&s->ask, s->record.iam_user, &s->answer);
    if (s->answer.fault == WIRE_FAULT_NONE)
        return create_exists(s);
    if (s->answer.fault != WIRE_FAULT_NO_SUCH_ENTITY)
        return step_fail_answer(s, "create", "GetLoginProfile");
    if (last_used != 0 && !s->account->recreate)
        return create_removed(s);
    if (mfa_check(s, arn) == STEP_END)
        return STEP_END;
    return attempt_make(s, RECORD_CALL_CREATE);
}
