#include "core/subject.h"

#include <stdio.h>
#include <string.h>

#include "state/lock.h"
#include "state/store.h"

enum step
subject_find(struct story *s, const char *user)
{
    struct err e = ERR_INIT;

    if (person_find(user, &s->person, &e) != 0) {
        /* A directory that does not answer has not said that there is no such user. */
        if (e.code == ERR_ABSENT || e.code == ERR_LIMIT)
            (void)snprintf(s->code, sizeof(s->code), "user");
        return step_end(s, OUTCOME_ERROR, "%s.", e.msg);
    }
    record_init(&s->record, s->person.uid);
    return STEP_ON;
}

int
subject_map(struct story *s, struct err *e)
{
    if (s->w->conf == NULL)
        return err_set(e, ERR_CONFIG, "%s", s->w->conf_fault);
    return person_map(&s->person, s->w->conf, &s->map, e);
}

enum step
subject_mapped(struct story *s)
{
    struct err e = ERR_INIT;

    if (subject_map(s, &e) == 0)
        return STEP_ON;
    if (s->way != STEP_CLAIM)
        step_log(s, "config", OUTCOME_ERROR, "config", e.msg);
    (void)snprintf(s->code, sizeof(s->code), "config");
    return step_end_quietly(s, OUTCOME_ERROR, "%s", e.msg);
}

enum step
subject_lock(struct story *s)
{
    struct err e = ERR_INIT;

    s->lock = lock_take(s->w->state, s->person.uid, &e);
    if (s->lock >= 0)
        return STEP_ON;
    (void)snprintf(s->code, sizeof(s->code), "%s", e.code == ERR_BUSY ? "busy" : "lock");
    /* Somebody else is at it: no news for the log, and anybody can cause it. */
    if (e.code == ERR_BUSY)
        return step_end_quietly(s, OUTCOME_PENDING, "%s.", e.msg);
    step_log(s, "mark", OUTCOME_ERROR, "lock", e.msg);
    return step_end(s, OUTCOME_ERROR, "%s", e.msg);
}

void
subject_refresh(struct story *s)
{
    struct record *r = &s->record;

    (void)snprintf(r->fingerprint, sizeof(r->fingerprint), "%s", s->w->fingerprint);
    if (s->w->conf == NULL)
        return;
    r->unmarked = s->w->conf->shell == CONF_SHELL_OFF;
    r->at_login = s->w->conf->create == CONF_CREATE_LOGIN;
}

/* Begin the record anew for the mapping as it is now. */
static void
begin_anew(struct story *s)
{
    struct record *r = &s->record, was = *r;

    record_init(r, s->person.uid);
    (void)snprintf(r->name, sizeof(r->name), "%s", s->person.name);
    (void)snprintf(r->machine, sizeof(r->machine), "%s", s->w->machine);
    (void)snprintf(r->iam_user, sizeof(r->iam_user), "%s", s->map.iam_user);
    if (s->map.account != NULL)
        (void)snprintf(r->section, sizeof(r->section), "%s", s->map.account->name);
    if (s->recorded) {
        memcpy(r->service, was.service, sizeof(r->service));
        memcpy(r->rhost, was.rhost, sizeof(r->rhost));
    }
    subject_refresh(s);
}

bool
subject_under_way(const struct record *r)
{
    return r->phase == RECORD_INTENT || r->phase == RECORD_CREATED;
}

static bool
same_target(const struct story *s)
{
    return strcmp(s->record.iam_user, s->map.iam_user) == 0 &&
           strcmp(s->record.section, s->map.account->name) == 0;
}

/* RECORD-3: what is under way finishes as it began; what is final stays so, whatever
 * the configuration does meanwhile. Without a configuration nothing is known. */
static bool
stands(const struct story *s)
{
    const struct record *r = &s->record;

    if (subject_under_way(r) || s->w->conf == NULL)
        return true;
    if (!s->map.served)
        return r->phase == RECORD_DONE || r->phase == RECORD_LOST ||
               (r->phase == RECORD_UNMAPPED && r->iam_user[0] == '\0');
    return same_target(s);
}

/* STORE-3, RECORD-2: nothing is created on top of what cannot be understood. */
static enum step
set_aside(struct story *s, const char *why)
{
    struct err e = ERR_INIT;

    record_init(&s->record, s->person.uid);
    s->loaded = true; /* as if there were none: its mark goes, too */
    (void)snprintf(s->code, sizeof(s->code), "aside");
    step_log(s, "recover", OUTCOME_ERROR, "aside", why);
    if (s->way == STEP_PLAN)
        return step_end(s, OUTCOME_ERROR,
                        "An unfinished record does not belong to this user on this host (%s); it "
                        "would be set aside.",
                        why);
    if (store_set_aside(s->w->state, s->person.uid, &e) != 0)
        return step_end(s, OUTCOME_ERROR, "%s", e.msg);
    return step_end(
        s, OUTCOME_ERROR,
        "An unfinished record of uid %u does not belong to this user on this host (%s). "
        "It has been set aside as %u.aside.N and nothing was created; a next try begins "
        "anew.",
        (unsigned)s->person.uid, why, (unsigned)s->person.uid);
}

enum step
subject_load(struct story *s)
{
    struct err e = ERR_INIT;
    const char *why = NULL;

    if (store_read(s->w->state, s->person.uid, &s->record, &e) != 0) {
        if (e.code != ERR_ABSENT && e.code != ERR_FORMAT && e.code != ERR_TRUST)
            return step_end(s, OUTCOME_ERROR, "%s", e.msg);
        why = e.msg;
        if (e.code == ERR_ABSENT)
            record_init(&s->record, s->person.uid);
    } else if (strcmp(s->record.name, s->person.name) != 0) {
        why = "another name";
    } else if (strcmp(s->record.machine, s->w->machine) != 0) {
        why = "another machine-id";
    }
    if (why != NULL && subject_under_way(&s->record))
        return set_aside(s, why);
    s->recorded = why == NULL && s->record.service[0] != '\0';
    if (why != NULL || !stands(s))
        begin_anew(s);
    s->loaded = true;
    return STEP_ON;
}
