/*
 * root: how root's verbs start iamlp-helper and listen to it.
 */
#ifndef IAMLP_CLI_ROOT_H
#define IAMLP_CLI_ROOT_H

#include <stdbool.h>
#include <sys/types.h>

#include "wire/frame.h"

/* A running helper. */
struct root {
    pid_t pid;
    int fd;
};

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
