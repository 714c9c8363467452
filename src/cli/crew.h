/*
 * crew: several `iamlp-helper batch` at work on many users at once.
 *
 * One story needs a few short answers of AWS and three fsyncs, so it waits for most of its
 * time; a handful of processes at it keep well below what AWS takes of an account. Each is
 * the one synchronous story that everybody else's password comes from. Requests that one
 * process has in flight (libcurl's multi handle) would save little and be a second story:
 * with four, 10,000 users take 20 MiB in all, flat, and each some 5 ms of CPU, with a shell
 * for each delivery (./dev bench).
 *
 * CREW-1  What is confirmed to a helper is what the command has delivered, and nothing else.
 * CREW-2  The first signal MUST end nothing that has begun: nobody new is begun. The second
 *         ends at once; what is under way then is in the records, and the next run goes on
 *         from there.
 * CREW-3  After CREW_IN_A_ROW stories in a row that failed, or whose password could not be
 *         delivered, nobody new is begun: the cause is not in these users. A story that was
 *         throttled, that found somebody else at work, or whose command has no way to this one
 *         user, neither counts nor ends the row. A denial by IAM counts only until IAM has
 *         answered for anybody: where the host's rights end at a path, users outside of it may
 *         well come in a row.
 * CREW-4  What ends a run in the middle ends it as the first signal does: those who have
 *         begun are finished.
 */
#ifndef IAMLP_CLI_CREW_H
#define IAMLP_CLI_CREW_H

#include "cli/deliver.h"
#include "cli/helper.h"
#include "cli/pace.h"
#include "cli/people.h"
#include "cli/progress.h"
#include "cli/stop.h"

#define CREW_MAX             32 /* processes */
#define CREW_IN_A_ROW        25
#define CREW_TRIES           3 /* of a user whose story failed in a way that may pass */
#define CREW_THROTTLED_TRIES 10

enum crew_state {
    CREW_IDLE,
    CREW_BUSY,      /* its helper tells a story */
    CREW_DELIVERING /* the helper waits for the command */
};

struct crew_worker {
    struct helper helper;
    enum crew_state state;
    struct people_row *row; /* NULL: idle */
    struct deliver deliver;
    int64_t begun_ms;
};

struct crew {
    /* of the caller */
    const struct helper_command *command;
    struct people *people;
    struct stop *stop;
    struct deliver_order deliver;
    int jobs;
    bool terminal; /* stderr is one that can do more than lines */
    bool simulate; /* ask AWS who could not change a password, until it refuses to say */

    struct crew_worker workers[CREW_MAX];
    struct pace pace;
    struct progress progress;
    enum wire_type task;
    size_t next;                   /* the row to look at first for somebody to begin */
    int in_a_row;                  /* CREW-3 */
    const struct people_row *last; /* of these: the last that has failed */
    bool answered;                 /* IAM has, for somebody */
    bool unseen;                   /* `simulate` was refused */
    bool fatal;                    /* `fault` ends the run */
    struct err fault;
};

/* Nothing runs yet; the helpers start with the first task. */
void crew_begin(struct crew *c);

/* Do the task, MAP, PLAN or PROVISION (wire/wire.h), for every open row; `what` it is called on
 * the line of progress. Only rows that it did not come to at all stay open. -1: it could not go on;
 * with c->fatal nothing else can either. */
int crew_run(struct crew *c, enum wire_type task, const char *what, struct err *e);

/* End the helpers, and wait for them where nothing was cut short. */
void crew_end(struct crew *c);

#endif
