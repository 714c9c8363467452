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

/* Six doors of one shape: begin, find out who, take the lock, one room's steps, end. */

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

static enum outcome
story_finish(struct story *s)
{
    ask_close(&s->ask);
    if (s->loaded)
        settle_mark(s);
    secret_free(s->password);
    /* Before the last word: whoever has read it may call again at once. */
    lock_release(s->lock);
    client_end(s->w->client, s->outcome, s->automatic && s->minor ? NULL : s->text);
    person_free(&s->person);
    return s->outcome;
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
