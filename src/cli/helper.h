/*
 * helper: how root's verbs start iamlp-helper and talk with it.
 */
#ifndef IAMLP_CLI_HELPER_H
#define IAMLP_CLI_HELPER_H

#include <stdbool.h>
#include <sys/types.h>

#include "cli/line.h"
#include "wire/frame.h"

#define HELPER_ARGS 16

/* Which program is to be run, and how. */
struct helper_command {
    const char *path;
    char *args[HELPER_ARGS]; /* they point into the command line */
    int count;
};

/* A running helper. */
struct helper {
    pid_t pid;
    int fd; /* the connection; -1: none runs */
};

/* Compose `iamlp-helper VERB [USER]` from the command line, which must outlive it, and check that
 * there is such a program. 0; else an exit status, with a sentence on stderr. */
int helper_prepare(struct helper_command *c, const char *verb, const struct line *l);

/* Start it. -1 and errno: none runs. */
int helper_launch(struct helper *h, const struct helper_command *c);

/* Both of these, for the command line's own verb. 0; else an exit status, with a sentence on
 * stderr. */
int helper_start(struct helper *h, const struct line *l);

/* The helper's next frame. -1: it went away; the sentence is on stderr. */
int helper_receive(struct helper *h, struct frame *f);

/* Send a frame (consumed). A helper that is gone shows at the next helper_receive. */
void helper_send(struct helper *h, struct frame *f);

/* Close the connection. `wait`: until the helper has ended; otherwise it ends by itself,
 * in a session of its own, after what it is doing. Nothing to do where none runs. */
void helper_stop(struct helper *h, bool wait);

#endif
