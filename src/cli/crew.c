#include "cli/crew.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli/batch.h"

enum {
    LOOK_MS = 200,             /* what has no descriptor is looked at so often */
    FRAME_MS = 10 * 1000,      /* a frame that has begun to come */
    STORY_MS = 20 * 60 * 1000, /* longer than any story: this only ends a hang */
    AGAIN_MS = 500             /* before a user's second try; doubled with each */
};

void
crew_begin(struct crew *c)
{
    for (int i = 0; i < CREW_MAX; i++)
        c->workers[i].helper.fd = -1;
}

/* ---- one user -------------------------------------------------------------------------- */

/* The row is this worker's no longer. */
static void
leave(struct crew *c, struct crew_worker *w)
{
    struct people_row *row = w->row;

    w->state = CREW_IDLE;
    w->row = NULL;
    if (row->again_ms > 0)
        return;
    c->progress.done++;
    c->progress.amiss += people_amiss(row->result);
}

/* Another try, if there is one left. */
static void
again(struct people_row *row, int most)
{
    if (row->tries >= most)
        return;
    row->result = PEOPLE_OPEN;
    row->again_ms = clock_system.mono_ms() + ((int64_t)AGAIN_MS << row->tries);
}

/* CREW-3 */
static void
count(struct crew *c, const struct people_row *row, enum outcome o)
{
    bool denied = row->result == PEOPLE_WRONG && o == OUTCOME_DENIED;

    if (o == OUTCOME_THROTTLED || strcmp(row->code, "busy") == 0 || row->unreachable)
        return;
    if (row->result == PEOPLE_FAILED || row->result == PEOPLE_UNDELIVERED ||
        (denied && !c->answered)) {
        c->in_a_row++;
        c->last = row;
    } else if (!denied) {
        c->in_a_row = 0;
        c->answered = true;
    }
}

static void
end_story(struct crew *c, struct crew_worker *w, const struct frame *f)
{
    int64_t now = clock_system.mono_ms();
    struct people_row *row = w->row;
    enum outcome o = frame_get_outcome(f);
    bool throttled = o == OUTCOME_THROTTLED || batch_throttled(f);

    batch_take(row, c->task, f);
    if (batch_unseen(f)) {
        c->simulate = false;
        c->unseen = true;
    }
    if (c->task != WIRE_MAP)
        pace_answer(&c->pace, throttled, w->begun_ms, now);
    count(c, row, o);
    if (row->result == PEOPLE_FAILED && c->stop->caught == 0 && people_may_pass(o, row->code))
        again(row, o == OUTCOME_THROTTLED ? CREW_THROTTLED_TRIES : CREW_TRIES);
    leave(c, w);
}

static void
end_helper(struct crew_worker *w)
{
    if (w->helper.fd < 0)
        return;
    (void)kill(w->helper.pid, SIGKILL);
    helper_stop(&w->helper, true);
}

/* The helper has gone: of what it has begun the record knows. */
static void
lose(struct crew *c, struct crew_worker *w)
{
    static const char text[] = "iamlp-helper ended without a word";
    struct people_row *row = w->row;

    end_helper(w);
    deliver_kill(&w->deliver);
    if (row == NULL)
        return;
    row->result = PEOPLE_FAILED;
    row->code[0] = '\0';
    people_set(&row->text, text, sizeof(text) - 1);
    count(c, row, OUTCOME_ERROR);
    if (c->stop->caught == 0)
        again(row, CREW_TRIES);
    leave(c, w);
}

/* CREW-4: no helper can be had, so that this story has not begun; `fault` says why. */
static void
give_up(struct crew *c, struct crew_worker *w)
{
    end_helper(w);
    c->fatal = true;
    w->row->again_ms = --w->row->tries > 0 ? 1 : 0;
    w->row = NULL;
    w->state = CREW_IDLE;
}

/* CREW-1 */
static void
answer(struct crew *c, struct crew_worker *w, const struct err *why)
{
    w->state = CREW_BUSY;
    w->row->unreachable = why != NULL && why->code == ERR_ABSENT;
    if (batch_answer(w->helper.fd, why != NULL ? why->msg : NULL) != 0)
        lose(c, w);
}

static void
deliver(struct crew *c, struct crew_worker *w, const struct frame *f)
{
    struct err e = ERR_INIT;

    w->state = CREW_DELIVERING;
    if (batch_deliver(&w->deliver, &c->deliver, w->row->name, f, &e) != 0)
        answer(c, w, &e);
}

static void
hear(struct crew *c, struct crew_worker *w)
{
    struct err e = ERR_INIT;
    struct frame f = {0};

    if (frame_recv(&f, w->helper.fd, WIRE_PERSON_MAX, &clock_system,
                   clock_system.mono_ms() + FRAME_MS, &e) != 0)
        lose(c, w);
    else if (f.type == WIRE_SHOW && c->task == WIRE_PROVISION && w->state == CREW_BUSY)
        deliver(c, w, &f);
    else if (f.type == WIRE_END && w->state == CREW_BUSY && batch_is_last(&f, &c->fault))
        give_up(c, w);
    else if (f.type == WIRE_END && w->state == CREW_BUSY)
        end_story(c, w, &f);
    else
        lose(c, w);
    frame_free(&f);
}

/* ---- all of them ----------------------------------------------------------------------- */

/* The next row whose time has come; NULL: none at the moment. *left: some will come. */
static struct people_row *
next_row(struct crew *c, bool *left)
{
    int64_t now = clock_system.mono_ms();

    for (size_t i = 0; i < c->people->count; i++) {
        struct people_row *row = &c->people->rows[(c->next + i) % c->people->count];

        if (row->result != PEOPLE_OPEN || row->again_ms < 0)
            continue;
        *left = true;
        if (row->again_ms <= now)
            return row;
    }
    return NULL;
}

static struct crew_worker *
idle_worker(struct crew *c)
{
    for (int i = 0; i < c->jobs; i++)
        if (c->workers[i].state == CREW_IDLE)
            return &c->workers[i];
    return NULL;
}

static int
busy_workers(const struct crew *c)
{
    int busy = 0;

    for (int i = 0; i < c->jobs; i++)
        busy += c->workers[i].state != CREW_IDLE;
    return busy;
}

static void
begin(struct crew *c, struct crew_worker *w, struct people_row *row)
{
    c->next = (size_t)(row - c->people->rows) + 1;
    w->row = row;
    w->state = CREW_BUSY;
    w->begun_ms = clock_system.mono_ms();
    row->tries++;
    row->again_ms = -1; /* taken */
    if (w->helper.fd < 0 && helper_launch(&w->helper, c->command) != 0) {
        err_sys(&c->fault, "%s", c->command->path);
        give_up(c, w);
    } else if (batch_begin(w->helper.fd, c->task, row->name, c->simulate) != 0) {
        lose(c, w);
    }
}

/* Begin as many as may be. false: there is nobody left. */
static bool
begin_more(struct crew *c)
{
    bool left = false, stop = c->stop->caught != 0 || c->fatal || c->in_a_row >= CREW_IN_A_ROW;
    struct crew_worker *w;
    struct people_row *row;

    while (!stop && pace_allows(&c->pace, busy_workers(c), clock_system.mono_ms()) &&
           (w = idle_worker(c)) != NULL && (row = next_row(c, &left)) != NULL) {
        begin(c, w, row);
        stop = c->fatal || c->in_a_row >= CREW_IN_A_ROW;
    }
    if (!stop && !left)
        (void)next_row(c, &left);
    return (!stop && left) || busy_workers(c) > 0;
}

/* Wait until something happens, and see to it. */
static void
look(struct crew *c)
{
    struct pollfd fds[CREW_MAX + 1] = {{c->stop->fd, POLLIN, 0}};
    int64_t now;

    for (int i = 0; i < c->jobs; i++)
        fds[i + 1] = (struct pollfd){
            c->workers[i].state == CREW_IDLE ? -1 : c->workers[i].helper.fd, POLLIN, 0};
    (void)poll(fds, (nfds_t)c->jobs + 1, LOOK_MS);
    stop_read(c->stop);
    now = clock_system.mono_ms();
    for (int i = 0; i < c->jobs; i++) {
        struct crew_worker *w = &c->workers[i];
        struct err e = ERR_INIT;
        int rc = 1;

        if (w->state == CREW_IDLE)
            continue;
        if (w->state == CREW_DELIVERING)
            rc = deliver_poll(&w->deliver, now, &e);
        if (rc <= 0)
            answer(c, w, rc < 0 ? &e : NULL);
        else if ((fds[i + 1].revents & (POLLIN | POLLHUP | POLLERR)) != 0)
            hear(c, w);
        else if (now - w->begun_ms > STORY_MS)
            lose(c, w);
    }
    progress_say(&c->progress, now, false);
}

/* Who was under way when a second signal came. */
static void
cut_short(struct crew *c)
{
    static const char text[] = "stopped on the way; the next run goes on from there";

    for (int i = 0; i < c->jobs; i++) {
        struct people_row *row = c->workers[i].row;

        if (row == NULL)
            continue;
        row->result = PEOPLE_FAILED;
        people_set(&row->text, text, sizeof(text) - 1);
    }
}

/* Who was to be tried once more, and is not. */
static void
give_up_again(struct people *p)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->rows[i].result == PEOPLE_OPEN && p->rows[i].again_ms > 0)
            p->rows[i].result = PEOPLE_FAILED;
}

int
crew_run(struct crew *c, enum wire_type task, const char *what, struct err *e)
{
    size_t open = 0;

    c->task = task;
    c->next = 0;
    c->in_a_row = 0;
    c->last = NULL;
    c->answered = false;
    pace_begin(&c->pace, c->jobs);
    for (size_t i = 0; i < c->people->count; i++) {
        struct people_row *row = &c->people->rows[i];

        row->tries = 0;
        row->again_ms = 0;
        open += row->result == PEOPLE_OPEN;
    }
    progress_begin(&c->progress, what, open, c->terminal, clock_system.mono_ms());
    while (c->stop->again == 0 && begin_more(c))
        look(c);
    if (task != WIRE_MAP)
        progress_say(&c->progress, clock_system.mono_ms(), true);
    cut_short(c);
    give_up_again(c->people);
    if (c->fatal)
        return err_set(e, c->fault.code, "%s", c->fault.msg);
    if (c->in_a_row >= CREW_IN_A_ROW)
        return err_set(e, ERR_DENIED,
                       "%d in a row have failed, so nobody else was begun; the last, %s: %s",
                       c->in_a_row, c->last->name, c->last->text);
    return 0;
}

void
crew_end(struct crew *c)
{
    bool whole = c->stop->again == 0;

    for (int i = 0; i < CREW_MAX; i++) {
        struct crew_worker *w = &c->workers[i];

        deliver_kill(&w->deliver);
        helper_stop(&w->helper, whole);
    }
}
