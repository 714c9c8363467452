#include "core/story.h"

#include <string.h>

#include "core/accept.h"
#include "core/claim.h"
#include "core/forget.h"
#include "core/login.h"
#include "core/reset.h"
#include "core/run.h"
#include "core/step.h"
#include "core/subject.h"
#include "state/due.h"
#include "state/lock.h"
#include "state/mark.h"

/* Doors of one shape: begin, find out who, take the lock, one room's steps, end. */

static void
story_begin(struct story *s, const struct story_world *w, enum step_way way,
            const struct story_login *login)
{
    memset(s, 0, sizeof(*s));
    s->w = w;
    s->way = way;
    s->login = login;
    s->begun = w->clock->mono_ms();
    s->deadline = w->deadline;
    s->lock = -1;
    s->ask.fd = -1;
    s->outcome = OUTCOME_ERROR;
}

/* MARK-2, while the lock is still held. */
static void
settle_mark(struct story *s)
{
    const struct conf *conf = s->w->conf;
    bool off = conf != NULL ? conf->shell == CONF_SHELL_OFF : s->record.unmarked;
    bool wanted = due_at_claim(&s->record, s->w->clock->wall_s()) && !off;
    struct err e = ERR_INIT;

    if (mark_set(s->w->run, s->person.uid, wanted, &e) != 0)
        step_log(s, "mark", OUTCOME_ERROR, "run", e.msg);
}

/* The last word, and in a batch what a table of many says of this one. */
static void
tell(const struct story *s)
{
    const struct conf_account *account = s->map.account;
    const char *id = account == NULL ? NULL : account->id != NULL ? account->id : account->name;
    const struct client_report report = {
        .outcome = s->outcome,
        .text = s->text,
        .iam_user = s->record.iam_user[0] != '\0' ? s->record.iam_user : s->map.iam_user,
        .account = s->record.account[0] != '\0' ? s->record.account : id,
        .code = s->code,
        .throttled = s->ask.throttled,
        .unseen = s->unseen,
    };

    if (s->way == STEP_BULK || s->way == STEP_PLAN)
        client_report(s->w->client, &report);
    else
        client_end(s->w->client, s->outcome, s->automatic && s->quiet ? NULL : s->text);
}

static enum outcome
story_finish(struct story *s)
{
    /* Keys that were refused are not good for the next one. */
    if (s->w->spare != NULL && s->answer.fault != WIRE_FAULT_CREDENTIALS)
        spare_put(s->w->spare, &s->ask);
    else
        ask_close(&s->ask);
    if (s->loaded && s->way != STEP_PLAN)
        settle_mark(s);
    secret_free(s->password);
    /* Before the last word: whoever has read it may call again at once. */
    lock_release(s->lock);
    tell(s);
    person_free(&s->person);
    return s->outcome;
}

enum outcome
story_map(const struct story_world *w, const char *user)
{
    struct story s;

    story_begin(&s, w, STEP_PLAN, NULL);
    if (subject_find(&s, user) != STEP_ON || subject_mapped(&s) != STEP_ON)
        return story_finish(&s);
    if (s.map.served)
        step_end(&s, OUTCOME_PENDING, "%s", s.map.why);
    else if (subject_load(&s) == STEP_ON) /* RECORD-3 */
        step_end(&s, subject_under_way(&s.record) ? OUTCOME_PENDING : OUTCOME_UNMAPPED, "%s",
                 s.map.why);
    return story_finish(&s);
}

/* Without the lock: nothing is written, and what is said may be a moment old. */
enum outcome
story_plan(const struct story_world *w, const char *user)
{
    struct story s;

    story_begin(&s, w, STEP_PLAN, NULL);
    if (subject_find(&s, user) == STEP_ON && subject_mapped(&s) == STEP_ON &&
        subject_load(&s) == STEP_ON)
        run_story(&s);
    return story_finish(&s);
}

enum outcome
story_bulk(const struct story_world *w, const char *user)
{
    struct story s;

    story_begin(&s, w, STEP_BULK, NULL);
    if (w->conf->hold == 0) {
        memcpy(s.code, "hold", sizeof("hold"));
        step_end(&s, OUTCOME_ERROR,
                 "with hold = none a password that could not be delivered would be lost; mend "
                 "[password] hold");
    } else if (subject_find(&s, user) == STEP_ON && subject_mapped(&s) == STEP_ON &&
               subject_lock(&s) == STEP_ON && subject_load(&s) == STEP_ON)
        run_story(&s);
    return story_finish(&s);
}

enum outcome
story_provision(const struct story_world *w, const char *user)
{
    struct story s;

    story_begin(&s, w, STEP_OPERATOR, NULL);
    if (subject_find(&s, user) == STEP_ON && subject_mapped(&s) == STEP_ON &&
        subject_lock(&s) == STEP_ON && subject_load(&s) == STEP_ON)
        run_story(&s);
    return story_finish(&s);
}

enum outcome
story_forget(const struct story_world *w, const char *user, bool force)
{
    struct story s;

    story_begin(&s, w, STEP_OPERATOR, NULL);
    if (forget_find(&s, user) == STEP_ON && subject_lock(&s) == STEP_ON)
        forget_record(&s, force);
    return story_finish(&s);
}

enum outcome
story_reset(const struct story_world *w, const char *user)
{
    struct story s;

    story_begin(&s, w, STEP_OPERATOR, NULL);
    if (subject_find(&s, user) == STEP_ON && subject_mapped(&s) == STEP_ON &&
        subject_lock(&s) == STEP_ON && subject_load(&s) == STEP_ON)
        reset_record(&s);
    else if (strcmp(s.code, "busy") == 0)
        reset_locked(&s);
    return story_finish(&s);
}

enum outcome
story_login(const struct story_world *w, const struct story_login *login)
{
    struct story s;

    story_begin(&s, w, STEP_LOGIN, login);
    if (subject_find(&s, login->user) == STEP_ON && subject_lock(&s) == STEP_ON)
        login_mark(&s);
    return story_finish(&s);
}

enum outcome
story_claim(const struct story_world *w, const char *name, uid_t uid)
{
    struct story s;

    story_begin(&s, w, STEP_CLAIM, NULL);
    if (subject_find(&s, name) == STEP_ON && claim_allowed(&s, uid) == STEP_ON &&
        claim_greet(&s) == STEP_ON)
        run_story(&s);
    return story_finish(&s);
}

enum outcome
story_accept(const struct story_world *w, const struct story_login *login, struct secret *password)
{
    struct story s;

    story_begin(&s, w, STEP_PASSWD, login);
    s.password = password;
    if (subject_find(&s, login->user) == STEP_ON)
        accept_password(&s);
    return story_finish(&s);
}
