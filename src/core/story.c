#include "core/story.h"

#include <stdio.h>
#include <string.h>

#include "core/create.h"
#include "core/recover.h"
#include "core/show.h"
#include "core/step.h"
#include "state/lock.h"
#include "state/store.h"

/* ---- who, and what the record says ----------------------------------------------------- */

static void
story_begin(struct story *s, const struct story_world *w)
{
    memset(s, 0, sizeof(*s));
    s->w = w;
    s->begun = w->clock->mono_ms();
    s->ask.fd = -1;
}

/* Find the local account and map it. */
static enum step
identify(struct story *s, const char *user)
{
    struct err e = ERR_INIT;
    struct map_person who;

    if (person_find(user, &s->person, &e) != 0)
        return step_end(s, OUTCOME_ERROR, "%s.", e.msg);
    person_for_map(&s->person, &who);
    record_init(&s->record, s->person.uid);
    if (map_person(s->w->conf, &who, &s->map, &e) != 0) {
        step_log(s, "create", OUTCOME_ERROR, "config", e.msg);
        return step_end(s, OUTCOME_ERROR, "%s", e.msg);
    }
    return STEP_ON;
}

/* A record for the mapping as it is now. */
static void
record_fresh(struct story *s)
{
    struct record *r = &s->record;

    record_init(r, s->person.uid);
    (void)snprintf(r->name, sizeof(r->name), "%s", s->person.name);
    (void)snprintf(r->machine, sizeof(r->machine), "%s", s->w->machine);
    (void)snprintf(r->iam_user, sizeof(r->iam_user), "%s", s->map.iam_user);
    (void)snprintf(r->fingerprint, sizeof(r->fingerprint), "%s", s->w->conf->fingerprint);
    if (s->map.account != NULL)
        (void)snprintf(r->section, sizeof(r->section), "%s", s->map.account->name);
}

static bool
under_way(const struct record *r)
{
    return r->phase == RECORD_INTENT || r->phase == RECORD_CREATED;
}

static bool
same_target(const struct story *s)
{
    return s->map.served && strcmp(s->record.iam_user, s->map.iam_user) == 0 &&
           strcmp(s->record.section, s->map.account->name) == 0;
}

/* STORE-3, RECORD-2: nothing is created on top of what cannot be understood. */
static enum step
set_aside(struct story *s, const char *why)
{
    struct err e = ERR_INIT;

    step_log(s, "recover", OUTCOME_ERROR, "aside", why);
    if (store_set_aside(s->w->state, s->person.uid, &e) != 0)
        return step_end(s, OUTCOME_ERROR, "%s", e.msg);
    return step_end(
        s, OUTCOME_ERROR,
        "An unfinished record of uid %u does not belong to this user on this host (%s). "
        "It has been set aside as %u.aside.N and nothing was created; a next try begins "
        "anew.",
        (unsigned)s->person.uid, why, (unsigned)s->person.uid);
}

/* Read the record under the lock and decide whether it counts. */
static enum step
load(struct story *s)
{
    struct err e = ERR_INIT;
    const char *why = NULL;

    if (store_read(s->w->state, s->person.uid, &s->record, &e) != 0) {
        if (e.code == ERR_ABSENT) {
            record_fresh(s);
            return STEP_ON;
        }
        if (e.code != ERR_FORMAT && e.code != ERR_TRUST)
            return step_end(s, OUTCOME_ERROR, "%s", e.msg);
        why = e.msg;
    } else if (strcmp(s->record.name, s->person.name) != 0) {
        why = "another name";
    } else if (strcmp(s->record.machine, s->w->machine) != 0) {
        why = "another machine-id";
    }
    if (why != NULL && under_way(&s->record))
        return set_aside(s, why);
    if (why != NULL || (!under_way(&s->record) && !same_target(s)))
        record_fresh(s);
    return STEP_ON;
}

/* ---- the steps -------------------------------------------------------------------------- */

static enum step
done(struct story *s)
{
    char date[32];

    step_date(s->record.changed, date);
    return step_end(s, OUTCOME_EXISTS, "Nothing to do for %s: done %s (%s), IAM user %s.",
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

/* With the lock held: from the record's phase to an end. */
static enum step
run(struct story *s)
{
    enum step step = load(s);

    if (step == STEP_END)
        return STEP_END;
    if (!under_way(&s->record) && !s->map.served) {
        step_log(s, "create", OUTCOME_UNMAPPED, NULL, s->map.why);
        return step_end(s, OUTCOME_UNMAPPED, "%s is not served: %s.", s->person.name, s->map.why);
    }
    s->account = conf_find_account(s->w->conf, s->record.section);
    if (s->account == NULL)
        return step_fail(s, "recover", OUTCOME_ERROR, "config",
                         "%s: there is no [account %s] any more, and a password of %s waits for it",
                         s->w->conf->path, s->record.section, s->person.name);
    ask_init(&s->ask, s->w->net, s->w->clock, s->w->conf, s->account, s->w->timeout_ms);
    while (step == STEP_ON)
        step = next_step(s);
    return step;
}

enum outcome
story_provision(const struct story_world *w, const char *user)
{
    struct err e = ERR_INIT;
    struct story s;
    int lock = -1;

    story_begin(&s, w);
    if (identify(&s, user) == STEP_END)
        goto out;
    lock = lock_take(w->state, s.person.uid, &e);
    if (lock < 0) {
        step_log(&s, "create", OUTCOME_ERROR, e.code == ERR_BUSY ? "busy" : "lock", e.msg);
        step_end(&s, OUTCOME_ERROR, "%s", e.msg);
        goto out;
    }
    run(&s);
    ask_close(&s.ask);
out:
    client_end(w->client, s.outcome, s.text);
    secret_free(s.password);
    lock_release(lock);
    person_free(&s.person);
    return s.outcome;
}
