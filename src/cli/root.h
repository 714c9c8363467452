/*
 * root: how root's verbs start iamlp-helper and listen to it.
 */
#ifndef IAMLP_CLI_ROOT_H
#define IAMLP_CLI_ROOT_H

#include <stdbool.h>
#include <sys/types.h>

#include "wire/frame.h"

/* What a verb's command line may hold, beside the options of all of root's verbs. */
enum root_takes {
    ROOT_USER = 1, /* and has to: USER */
    ROOT_JSON = 2,
    ROOT_FORCE = 4,
    ROOT_OPERATOR = 8 /* whose credentials, and what becomes of a password */
};

/* What stood there; paths are the defaults of both programs where they were not given. */
struct root_line {
    const char *user; /* NULL: none */
    const char *conf;
    const char *state;
    const char *run;
    const char *helper;
    const char *timeout;                                               /* NULL: the helper's own */
    const char *deliver, *profile, *region, *endpoint_url, *ca_bundle; /* ROOT_OPERATOR */
    bool json;
    bool force;
};

/* A running helper. */
struct root {
    pid_t pid;
    int fd;
};

/* Parse the command line of a verb that takes these (enum root_takes), and check that we
 * are root. 0; else an exit status, with a sentence on stderr. */
int root_parse(struct root_line *l, unsigned takes, int argc, char **argv);

/* Start `iamlp-helper VERB [USER]`. As above. */
int root_start(struct root *r, const char *verb, const struct root_line *l);

/* The helper's next frame. -1: it went away; the sentence is on stderr. */
int root_receive(struct root *r, struct frame *f);

/* Send a frame (consumed). A helper that is gone shows at the next root_receive. */
void root_send(struct root *r, struct frame *f);

/* Close the connection. `wait`: until the helper has ended; otherwise it ends by itself,
 * in a session of its own, after what it is doing. */
void root_stop(struct root *r, bool wait);

#endif
