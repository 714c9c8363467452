#include "core/recover.h"

#include "core/attempt.h"
#include "core/create.h"
#include "core/show.h"

/* The profile is there, and one of our tries may have made it. */
static enum step
probably_ours(struct story *s)
{
    if (!s->record.typed && step_fetch_hold(s, "recover") == STEP_END)
        return STEP_END;
    s->record.probable = true;
    if (!s->record.typed && s->password == NULL) {
        s->record.told = false;
        step_log(s, "recover", OUTCOME_LOST, "probable", NULL);
        return step_enter(s, RECORD_LOST);
    }
    step_log(s, "recover", OUTCOME_OK, "probable", NULL);
    if (s->record.typed)
        return show_password(s);
    return step_enter(s, RECORD_INTENT);
}

/* A reissue, or one whose answer never came. The profile is ours while it has the CreateDate of
 * the record, and the password nobody else's while its reset is due. To set the same password
 * once more is harmless. */
static enum step
recover_update(struct story *s)
{
    if (s->answer.created != s->record.profile_date || !s->answer.reset_required)
        return create_exists(s);
    if (s->record.try_count > 0 && step_fetch_hold(s, "recover") == STEP_END)
        return STEP_END;
    return attempt_make(s, RECORD_CALL_UPDATE);
}

enum step
recover_reissue(struct story *s)
{
    s->record.call = RECORD_CALL_UPDATE;
    return recover_intent(s);
}

enum step
recover_intent(struct story *s)
{
    int64_t last_used;

    s->recovered = true;
    if (step_enter(s, s->record.phase) == STEP_END)
        return STEP_END;
    if (create_check_user(s, "recover") == STEP_END)
        return STEP_END;
    last_used = s->answer.last_used;
    ask_login_profile(&s->ask, s->record.iam_user, &s->answer);
    if (s->answer.fault == WIRE_FAULT_NONE) {
        if (s->record.call == RECORD_CALL_UPDATE)
            return recover_update(s);
        return record_in_window(&s->record, s->answer.created) ? probably_ours(s)
                                                               : create_exists(s);
    }
    if (s->answer.fault != WIRE_FAULT_NO_SUCH_ENTITY)
        return step_fail_answer(s, "recover", "GetLoginProfile");
    /* Used, and gone: somebody took it away. Where recreate has allowed a first create,
     * only a use since we sent it says so. */
    if (s->record.call == RECORD_CALL_UPDATE)
        return last_used != 0 ? create_removed(s) : create_gone(s);
    if (last_used != 0 && (!s->account->recreate ||
                           (s->record.try_count > 0 && last_used >= s->record.tries[0].sent - 2)))
        return create_removed(s);
    /* The held password, or a new one in a new try when it is gone. */
    if (step_fetch_hold(s, "recover") == STEP_END)
        return STEP_END;
    return attempt_make(s, RECORD_CALL_CREATE);
}
