#include "core/run.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/when.h"
#include "core/create.h"
#include "core/recover.h"
#include "core/show.h"
#include "core/spare.h"
#include "core/subject.h"
#include "state/breaker.h"

static enum step
done(struct story *s)
{
    bool many = s->way == STEP_BULK || s->way == STEP_PLAN;
    char date[WHEN_MAX];

    when_print(s->record.changed, date);
    if (many && s->record.how == RECORD_HOW_REMOVED)
        return step_end(s, OUTCOME_REMOVED, "Found on %s: console access had been taken away.",
                        date);
    return step_end_quietly(s, OUTCOME_EXISTS, "Nothing to do for %s: done %s (%s), IAM user %s.",
                            s->person.name, date, record_hows[s->record.how], s->record.iam_user);
}

static enum step
next_step(struct story *s)
{
    switch (s->record.phase) {
    case RECORD_NONE:
    case RECORD_UNMAPPED:
    case RECORD_PENDING:
    case RECORD_LATER:
    case RECORD_FAILED:
        return create_fresh(s);
    case RECORD_INTENT:
        return s->record.probable && s->password != NULL ? show_password(s) : recover_intent(s);
    case RECORD_CREATED:
        return show_password(s);
    case RECORD_DONE:
        return done(s);
    case RECORD_LOST:
        return show_lost(s);
    }
    return step_end(s, OUTCOME_ERROR, "the record is in no known phase");
}

bool
run_allowed(struct story *s)
{
    int whole = s->w->timeout_ms;
    int allowed = breaker_allows(s->w->state, s->w->clock->wall_s(), whole);

    s->deadline = s->w->deadline - (whole - allowed);
    return allowed > 0;
}

/* BREAKER-1, BREAKER-4: what this try says of the network. */
static void
count(struct story *s)
{
    bool changed = false;
    int64_t seconds;
    char msg[128];

    if (s->ask.questions == 0 || (s->way == STEP_PASSWD && !s->ask.reached))
        return;
    seconds = breaker_count(s->w->state, s->ask.reached, s->w->clock->wall_s(), &changed);
    if (!changed)
        return;
    if (seconds > 0)
        (void)snprintf(
            msg, sizeof(msg),
            "AWS was out of reach or busy %d times or more: logins do not try for %" PRId64 " s",
            BREAKER_FAILURES, seconds);
    else
        (void)snprintf(msg, sizeof(msg), "AWS answers again");
    step_log(s, "breaker", seconds > 0 ? OUTCOME_ERROR : OUTCOME_OK, NULL, msg);
}

/* AWS was asked with its own time; other programs of this host, which sign with the host's, are
 * refused. */
static void
tell_skew(const struct story *s)
{
    char msg[96];

    if (s->ask.skew == 0)
        return;
    (void)snprintf(msg, sizeof(msg), "the clock of this host is %" PRId64 " s %s AWS's; set it",
                   s->ask.skew > 0 ? s->ask.skew : -s->ask.skew,
                   s->ask.skew > 0 ? "behind" : "ahead of");
    step_log(s, "config", OUTCOME_PENDING, "clock", msg);
}

/* A plan ends where AWS would be asked what has become of a try, or the hold for a password. */
static enum step
foretell(struct story *s)
{
    (void)snprintf(s->code, sizeof(s->code), "%s", record_phases[s->record.phase]);
    if (s->record.phase == RECORD_LOST && s->w->conf->reissue && !s->record.probable)
        return step_end(s, OUTCOME_PENDING,
                        "A password was made on this host and is no longer held; with reissue = "
                        "yes another would be set.");
    if (s->record.phase == RECORD_LOST)
        return step_end(s, OUTCOME_LOST, "A password was made on this host and is no longer held.");
    return step_end(s, OUTCOME_PENDING, "A password is under way; it would be delivered.");
}

enum step
run_story(struct story *s)
{
    enum step step = STEP_ON;

    if (!subject_under_way(&s->record) && s->record.phase != RECORD_LOST && !s->map.served) {
        /* A claim can be repeated without end, and the login has said it. */
        if (s->way == STEP_OPERATOR)
            step_log(s, "create", OUTCOME_UNMAPPED, NULL, s->map.why);
        return step_end_quietly(s, OUTCOME_UNMAPPED, "%s is not served: %s.", s->person.name,
                                s->map.why);
    }
    s->account = conf_find_account(s->w->conf, s->record.section);
    if (s->account == NULL)
        return step_fail(s, "recover", OUTCOME_ERROR, "config",
                         "%s: there is no [account %s] any more, and a password of %s waits for it",
                         s->w->conf->path, s->record.section, s->person.name);
    s->ask = (struct ask){.starter = s->w->net,
                          .clock = s->w->clock,
                          .conf = s->w->conf,
                          .fingerprint = s->w->fingerprint,
                          .account = s->account,
                          .user = s->person.name,
                          .timeout_ms = s->w->timeout_ms,
                          .deadline = s->deadline,
                          .fd = -1};
    if (s->w->spare != NULL)
        spare_take(s->w->spare, &s->ask);
    if (s->way == STEP_PLAN && (subject_under_way(&s->record) || s->record.phase == RECORD_LOST))
        return foretell(s);
    while (step == STEP_ON)
        step = next_step(s);
    tell_skew(s);
    if (s->way == STEP_LOGIN || s->way == STEP_PASSWD)
        count(s);
    return step;
}
