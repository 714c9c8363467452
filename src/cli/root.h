/*
 * root: how root's verbs start iamlp-helper and listen to it.
 */
#ifndef IAMLP_CLI_ROOT_H
#define IAMLP_CLI_ROOT_H

#include <stdbool.h>
#include <sys/types.h>

#include "cli/line.h"
#include "wire/frame.h"

#define ROOT_ARGS 16

/* Which helper is to be run, and how. */
struct root_command {
    const char *helper;
    char *args[ROOT_ARGS]; /* the line's */
    int count;
};

/* A running helper. */
struct root {
    pid_t pid;
    int fd;
};

/* Compose `iamlp-helper VERB [USER]`, for as long as the line is there, and check that there
 * is such a program. 0; else an exit status, with a sentence on stderr. */
int root_prepare(struct root_command *c, const char *verb, const struct line *l);

/* Start the helper. -1 and errno. */
int root_launch(struct root *r, const struct root_command *c);

/* Both, for the verb that stood there: 0 or an exit status. */
int root_start(struct root *r, const struct line *l);

/* The helper's next frame. -1: it went away; the sentence is on stderr. */
int root_receive(struct root *r, struct frame *f);

/* Send a frame (consumed). A helper that is gone shows at the next root_receive. */
void root_send(struct root *r, struct frame *f);

/* Close the connection. `wait`: until the helper has ended; otherwise it ends by itself,
 * in a session of its own, after what it is doing. */
void root_stop(struct root *r, bool wait);

#endif
