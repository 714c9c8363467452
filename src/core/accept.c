#include "core/accept.h"

#include <stdio.h>
#include <string.h>

#include "core/choose.h"
#include "core/run.h"
#include "core/subject.h"

/* An earlier try has something to say first. */
static enum step
earlier(struct story *s)
{
    return step_end(s, OUTCOME_PENDING,
                    "one was made here earlier: iamlp claim says what became "
                    "of it");
}

static enum step
impossible(struct story *s, const struct err *e)
{
    step_log(s, "accept", OUTCOME_POLICY, "charset", e->msg);
    return step_end(s, OUTCOME_POLICY, "%s", e->msg);
}

static enum step
try_it(struct story *s)
{
    struct err e = ERR_INIT;

    if (subject_mapped(s) == STEP_END)
        return STEP_END;
    if (!s->map.served)
        return step_end_quietly(s, OUTCOME_UNMAPPED, "%s", s->map.why);
    if (subject_lock(s) == STEP_END) {
        s->quiet = false; /* who has just typed a password waits for it */
        return STEP_END;
    }
    if (subject_load(s) == STEP_END)
        return STEP_END;
    if (s->record.phase == RECORD_DONE)
        return step_end_quietly(s, OUTCOME_EXISTS, "it is done");
    if (s->record.phase == RECORD_LOST && s->record.told)
        return step_end_quietly(s, OUTCOME_LOST, "it is lost, and known to be");
    if (subject_under_way(&s->record) || s->record.phase == RECORD_LOST)
        return earlier(s);
    if (choose_possible(s->password, &e) != 0)
        return impossible(s, &e);
    if (!run_allowed(s))
        return step_end(s, OUTCOME_TIMEOUT, "AWS is out of reach at the moment");
    record_new_password(&s->record, true);
    return run_story(s);
}

enum step
accept_password(struct story *s)
{
    char why[sizeof(s->text)];

    /* Nobody has asked: only what concerns this password is said. */
    s->automatic = true;
    (void)try_it(s);
    if (s->outcome == OUTCOME_OK || s->outcome == OUTCOME_EXISTS)
        return STEP_END;
    memcpy(why, s->text, sizeof(why));
    if (s->record.phase == RECORD_INTENT && s->record.typed)
        (void)snprintf(s->text, sizeof(s->text),
                       "It is not known whether the AWS console password was set: %.380s; iamlp "
                       "claim says it later",
                       why);
    else
        (void)snprintf(s->text, sizeof(s->text), "The AWS console password was not set: %.440s",
                       why);
    return STEP_END;
}
