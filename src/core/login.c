#include "core/login.h"

#include <string.h>

#include "base/text.h"
#include "core/run.h"
#include "core/subject.h"
#include "state/store.h"

/* The login that is remembered is the one that made the record. */
static void
remember(struct story *s)
{
    struct record *r = &s->record;

    if (r->service[0] != '\0')
        return;
    text_clean(r->service, sizeof(r->service), s->login->service, strlen(s->login->service));
    text_clean(r->rhost, sizeof(r->rhost), s->login->rhost, strlen(s->login->rhost));
}

/* Write the record in the phase it has been in. */
static enum step
keep(struct story *s)
{
    struct err e = ERR_INIT;

    if (store_write(s->w->state, &s->record, &e) == 0)
        return STEP_ON;
    step_log(s, "mark", OUTCOME_ERROR, "record", e.msg);
    return step_end(s, OUTCOME_ERROR, "%s", e.msg);
}

/* The configuration, or what it says of this user, is wrong (LOGIN-2). */
static enum step
misconfigured(struct story *s, const char *why)
{
    enum record_phase phase = s->record.phase;

    subject_refresh(s);
    remember(s);
    if (phase == RECORD_INTENT || phase == RECORD_CREATED || phase == RECORD_DONE ||
        phase == RECORD_LOST) {
        step_log(s, "config", OUTCOME_ERROR, "config", why);
        (void)keep(s);
        return step_end(s, OUTCOME_ERROR, "%s", why);
    }
    return step_fail(s, "config", OUTCOME_ERROR, "config", "%s", why);
}

static enum step
unserved(struct story *s)
{
    bool news = s->record.phase != RECORD_UNMAPPED;

    if (step_enter(s, RECORD_UNMAPPED) == STEP_END)
        return STEP_END;
    if (news)
        step_log(s, "mark", OUTCOME_UNMAPPED, NULL, s->map.why);
    return step_end(s, OUTCOME_UNMAPPED, "%s", s->map.why);
}

/* The phase of a served user at a login; STEP_ON: create = login goes on from it. */
static enum step
served(struct story *s)
{
    enum record_phase phase = s->record.phase;

    if (phase == RECORD_NONE || phase == RECORD_UNMAPPED ||
        (phase == RECORD_FAILED && strcmp(s->record.code, "config") == 0)) {
        s->record.failures = 0;
        s->record.not_before = 0;
        s->record.code[0] = '\0';
        if (step_enter(s, RECORD_PENDING) == STEP_END)
            return STEP_END;
        step_log(s, "mark", OUTCOME_PENDING, NULL, NULL);
        return STEP_ON;
    }
    return keep(s);
}

static enum step
create(struct story *s)
{
    enum record_phase phase = s->record.phase;

    if (s->w->conf->create != CONF_CREATE_LOGIN || phase == RECORD_DONE || phase == RECORD_LOST ||
        phase == RECORD_CREATED ||
        (phase == RECORD_INTENT && (s->record.probable || s->record.typed)) ||
        record_waits(&s->record, s->w->clock->wall_s()))
        return step_end(s, OUTCOME_PENDING, "nothing to do at this login");
    if (!run_allowed(s))
        return step_end(s, OUTCOME_PENDING, "AWS is out of reach; a later login tries again");
    return run_story(s);
}

enum step
login_mark(struct story *s)
{
    struct err e = ERR_INIT;
    bool mapped = subject_map(s, &e) == 0;

    if (subject_load(s) == STEP_END)
        return STEP_END;
    if (!mapped)
        return misconfigured(s, e.msg);
    subject_refresh(s);
    remember(s);
    if (!s->map.served && !subject_under_way(&s->record) && s->record.phase != RECORD_DONE &&
        s->record.phase != RECORD_LOST)
        return unserved(s);
    return served(s) == STEP_ON ? create(s) : STEP_END;
}
