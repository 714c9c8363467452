/*
 * root: how root's verbs start iamlp-helper and listen to it.
 */
#ifndef IAMLP_CLI_ROOT_H
#define IAMLP_CLI_ROOT_H

#include <stdbool.h>
#include <sys/types.h>

#include "wire/frame.h"

#define ROOT_ARGS 16

/* A running helper. */
struct root {
    pid_t pid;
    int fd;
};

/* Which helper is to be run, and how. */
struct root_command {
    const char *helper;
    char *args[ROOT_ARGS];
    char flags[4][16];
    int flag_count;
    int count;
};

void root_command_init(struct root_command *c);

/* Hand the option --NAME VALUE on to the helper; both are the caller's. -1: too many. */
int root_option(struct root_command *c, const char *name, char *value);

/* End the command with the verb and the user (NULL: none), and check that we are root and
 * the helper is there. 0; else an exit status, with a sentence on stderr that begins with
 * the verb `ours`. */
int root_prepare(struct root_command *c, const char *ours, char *verb, char *user);

/* Start the helper. -1 and errno. */
int root_launch(struct root *r, const struct root_command *c);

/* Parse USER and the options of root's verbs, check that we are root, and start
 * `iamlp-helper VERB USER`. 0; else an exit status, with a sentence on stderr. */
int root_start(struct root *r, int argc, char **argv);

/* The helper's next frame. -1: it went away; the sentence is on stderr. */
int root_receive(struct root *r, struct frame *f);

/* Send a frame (consumed). A helper that is gone shows at the next root_receive. */
void root_send(struct root *r, struct frame *f);

/* Close the connection. `wait`: until the helper has ended; otherwise it ends by itself,
 * in a session of its own, after what it is doing. */
void root_stop(struct root *r, bool wait);

#endif
