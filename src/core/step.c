#include "core/step.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "core/result.h"
#include "state/store.h"

static enum step __attribute__((format(printf, 4, 0)))
end(struct story *s, enum outcome o, bool quiet, const char *fmt, va_list ap)
{
    s->outcome = o;
    s->quiet = quiet;
    (void)vsnprintf(s->text, sizeof(s->text), fmt, ap);
    return STEP_END;
}

enum step
step_end(struct story *s, enum outcome o, const char *fmt, ...)
{
    enum step step;
    va_list ap;

    va_start(ap, fmt);
    step = end(s, o, false, fmt, ap);
    va_end(ap);
    return step;
}

enum step
step_end_quietly(struct story *s, enum outcome o, const char *fmt, ...)
{
    enum step step;
    va_list ap;

    va_start(ap, fmt);
    step = end(s, o, true, fmt, ap);
    va_end(ap);
    return step;
}

static const struct {
    const char *via;
    enum record_how how;
} ways[] = {
    [STEP_CLAIM] = {"claim", RECORD_HOW_SHOWN},
    [STEP_LOGIN] = {"login", RECORD_HOW_NONE},
    [STEP_OPERATOR] = {"operator", RECORD_HOW_OPERATOR},
    [STEP_PASSWD] = {"passwd", RECORD_HOW_NONE},
    [STEP_BULK] = {"bulk", RECORD_HOW_BULK},
    [STEP_PLAN] = {"plan", RECORD_HOW_NONE},
};

enum record_how
step_how(const struct story *s)
{
    return ways[s->way].how;
}

void
step_log(const struct story *s, const char *event, enum outcome o, const char *code,
         const char *msg)
{
    /* What is a create elsewhere is here a password that was typed. */
    bool accept = s->way == STEP_PASSWD && strcmp(event, "create") == 0;
    const struct log_event ev = {
        .event = accept ? "accept" : event,
        .result = o,
        .user = s->person.name,
        .iam_user = s->record.iam_user,
        .account = s->record.account,
        .service = s->login != NULL ? s->login->service : s->record.service,
        .rhost = s->login != NULL ? s->login->rhost : s->record.rhost,
        .via = ways[s->way].via,
        .code = code,
        .request_id = s->answer.request_id,
        .tries = s->record.creates,
        .ms = (long)(s->w->clock->mono_ms() - s->begun),
        .msg = msg,
    };

    if (s->way != STEP_PLAN)
        log_write(&ev);
}

enum step
step_enter(struct story *s, enum record_phase phase)
{
    struct err e = ERR_INIT;

    /* unmapped and failed are dated anew each time: what counts is the time since the last look. */
    if (s->record.phase != phase || phase == RECORD_UNMAPPED || phase == RECORD_FAILED)
        s->record.changed = s->w->clock->wall_s();
    s->record.phase = phase;
    if (s->way == STEP_PLAN || store_write(s->w->state, &s->record, &e) == 0)
        return STEP_ON;
    step_log(s, "create", OUTCOME_ERROR, "record", e.msg);
    return step_end(s, OUTCOME_ERROR, "The record of this user cannot be written: %s", e.msg);
}

enum {
    RETRY_AFTER_S = 5 * 60 /* retry_after where the configuration cannot be read */
};

/* retry_after, doubled with each failure in a row, at most RECORD_FAR. */
static int64_t
back_off(const struct story *s)
{
    int64_t wait = s->w->conf != NULL ? s->w->conf->retry_after : RETRY_AFTER_S;

    for (unsigned i = 1; i < s->record.failures && wait < RECORD_FAR; i++)
        wait *= 2;
    return wait < RECORD_FAR ? wait : RECORD_FAR;
}

/* A password that may be in force is not forgotten because of a failure. */
static bool
keeps_phase(enum record_phase p)
{
    return p == RECORD_INTENT || p == RECORD_CREATED || p == RECORD_LOST;
}

enum step
step_fail(struct story *s, const char *event, enum outcome o, const char *code, const char *fmt,
          ...)
{
    enum record_phase phase = keeps_phase(s->record.phase) ? s->record.phase : RECORD_FAILED;
    char text[sizeof(s->text)];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    step_log(s, event, o, code, text);
    s->record.failures++;
    s->record.not_before = s->w->clock->wall_s() + back_off(s);
    (void)snprintf(s->record.code, sizeof(s->record.code), "%s", code);
    memcpy(s->code, s->record.code, sizeof(s->code));
    if (step_enter(s, phase) == STEP_END)
        return STEP_END;
    if (s->way != STEP_CLAIM)
        return step_end(s, o, "%s", text);
    return step_end(s, o, "Your AWS console password cannot be given to you now: %.380s.", text);
}

enum step
step_fail_answer(struct story *s, const char *event, const char *action)
{
    const struct ask_answer *r = &s->answer;
    const char *mend = result_mend(r->code);

    return step_fail(s, event, result_outcome(r), result_code(r), "%s: %s%s%s", action, r->text,
                     mend != NULL ? "; " : "", mend != NULL ? mend : "");
}

void
step_log_unanswered(const struct story *s, const char *action)
{
    const struct ask_answer *r = &s->answer;
    char msg[ERR_MSG_MAX + 64];

    (void)snprintf(msg, sizeof(msg), "%s has no answer, and may have acted: %s", action, r->text);
    /* Not yet for an administrator: what became of it is asked next. */
    step_log(s, "create", OUTCOME_PENDING, result_code(r), msg);
}

enum step
step_fetch_hold(struct story *s, const char *event)
{
    struct err e = ERR_INIT;

    if (s->password != NULL || s->record.nonce[0] == '\0')
        return STEP_ON;
    s->password = s->w->hold->get(s->record.uid, s->record.nonce, &e);
    if (s->password == NULL && e.code != ERR_ABSENT)
        return step_fail(s, event, OUTCOME_ERROR, "hold", "%s", e.msg);
    return STEP_ON;
}

void
step_drop_hold(struct story *s)
{
    secret_free(s->password);
    s->password = NULL;
    if (s->record.nonce[0] != '\0')
        s->w->hold->drop(s->record.uid, s->record.nonce);
    s->record.nonce[0] = '\0';
}

enum step
step_done(struct story *s, enum record_how how)
{
    char nonce[sizeof(s->record.nonce)];
    struct record found;
    enum step step;

    if (s->way == STEP_PLAN)
        return STEP_ON;
    memcpy(nonce, s->record.nonce, sizeof(nonce));
    s->record.how = how;
    s->record.not_before = 0;
    s->record.failures = 0;
    s->record.code[0] = '\0';
    s->record.nonce[0] = '\0';
    s->record.try_count = 0;
    s->record.typed = false;
    step = step_enter(s, RECORD_DONE);
    /* It may stand there and be unsynced: a power cut that undoes it ends the hold, too. */
    if (step == STEP_END &&
        (store_read(s->w->state, s->record.uid, &found, NULL) != 0 || found.phase != RECORD_DONE))
        return STEP_END;
    memcpy(s->record.nonce, nonce, sizeof(nonce));
    step_drop_hold(s);
    return step;
}
