/*
 * deliver: an administrator's command that takes one password to its owner.
 *
 * DELIVER-1  The password goes to its standard input, one line, and nowhere else: no
 *            argument, no environment, no file of ours.
 * DELIVER-2  Delivered is what a command has read whole before it exited with 0, in time.
 *            One that exited with 0 and has left the password unread has not delivered it.
 * DELIVER-3  What is known of the user goes into its environment, never into the command
 *            line: a shell reads that.
 * DELIVER-4  It runs in a session of its own: Ctrl-C at our terminal does not stop half a
 *            delivery; a second one does.
 * DELIVER-5  It is tried with a password that is nobody's before one of anybody's is made.
 * DELIVER-6  It has nothing of the operator's rights: no variable AWS_*, a session keyring of
 *            its own, and no descriptor but 0, 1 and 2.
 */
#ifndef IAMLP_CLI_DELIVER_H
#define IAMLP_CLI_DELIVER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/secret.h"
#include "cli/stop.h"

/* The command, and what it has beside the password. */
struct deliver_order {
    const char *command;    /* for /bin/sh -c; NULL: nothing can be delivered */
    char *const *inherited; /* environment; may be NULL */
    int64_t ms;             /* that it may take */
};

/* Printable texts. */
struct deliver_facts {
    const char *user;
    const char *iam_user;
    const char *account;
    const char *signin_url;
    const char *note; /* "" where there is nothing to add */
    bool test;        /* of nobody, to see whether the command works */
};

struct deliver {
    pid_t pid; /* 0: none runs */
    int left;  /* the end of the pipe where an unread password is seen */
    int64_t deadline;
};

/* The exit status (EX_NOUSER) of a command that has no way to this user; that says nothing of
 * others. */
#define DELIVER_NOBODY 67

#define DELIVER_WITHIN "--deliver-timeout is 1 to 240 seconds"

/* The time from a command line; NULL: 60 seconds. false: DELIVER_WITHIN says what it is. */
bool deliver_within(struct deliver_order *o, const char *seconds);

/* Start it with that environment and IAMLP_USER, IAMLP_IAM_USER, IAMLP_ACCOUNT,
 * IAMLP_SIGNIN_URL, IAMLP_NOTE and IAMLP_TEST ("1", or not there). Its output goes to our
 * stderr. -1: ERR_SYSTEM, ERR_MEMORY, ERR_ABSENT (a name that is none of a file). */
int deliver_begin(struct deliver *d, const struct deliver_order *o,
                  const struct deliver_facts *facts, const struct secret *password, struct err *e);

/* 1: it runs. 0: delivered. -1: not, and the sentence says why (ERR_DENIED, ERR_TIMEOUT;
 * ERR_ABSENT: there is no way to this user). */
int deliver_poll(struct deliver *d, int64_t now_ms, struct err *e);

/* End it, and what it has started in its session's process group. */
void deliver_kill(struct deliver *d);

/* From the beginning to the end, or to the second signal (of a test: the first), which ends it
 * (ERR_DENIED). -1: as deliver_begin and deliver_poll. */
int deliver_whole(const struct deliver_order *o, const struct deliver_facts *facts,
                  const struct secret *password, struct stop *stop, struct err *e);

/* DELIVER-5. As deliver_whole. */
int deliver_try(const struct deliver_order *o, struct stop *stop, struct err *e);

#endif
