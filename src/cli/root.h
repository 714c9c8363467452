/*
 * root: how root's verbs read their command line, start iamlp-helper and listen to it.
 */
#ifndef IAMLP_CLI_ROOT_H
#define IAMLP_CLI_ROOT_H

#include <stdbool.h>
#include <sys/types.h>

#include "wire/frame.h"

#define ROOT_ARGS 16

/* What a verb's command line may hold, beside the options of all of root's verbs. */
enum root_takes {
    ROOT_USER = 1, /* and has to: USER */
    ROOT_JSON = 2,
    ROOT_FORCE = 4,
    ROOT_OPERATOR = 8, /* whose credentials, and what becomes of a password */
    ROOT_MANY = 16     /* who, how, and what becomes of the passwords */
};

/* What stood there; paths are the defaults of both programs where they were not given, the
 * other texts NULL. */
struct root_line {
    const char *verb;
    const char *user;
    const char *conf;
    const char *state;
    const char *run;
    const char *helper;
    const char *timeout;
    const char *deliver, *deliver_timeout;                   /* ROOT_OPERATOR, ROOT_MANY */
    const char *profile, *region, *endpoint_url, *ca_bundle; /* ROOT_OPERATOR */
    const char *group, *from, *jobs, *output;                /* ROOT_MANY */
    bool all, apply;                                         /* the same */
    bool json;
    bool force;
};

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

/* Parse the command line of a verb that takes these (enum root_takes), and check that we
 * are root. 0; else an exit status, with a sentence on stderr. */
int root_parse(struct root_line *l, unsigned takes, int argc, char **argv);

/* Compose `iamlp-helper VERB [USER]`, for as long as the line is there, and check that there
 * is such a program. As above. */
int root_prepare(struct root_command *c, const char *verb, const struct root_line *l);

/* Start the helper. -1 and errno. */
int root_launch(struct root *r, const struct root_command *c);

/* Both, for the verb that stood there: 0 or an exit status. */
int root_start(struct root *r, const struct root_line *l);

/* The helper's next frame. -1: it went away; the sentence is on stderr. */
int root_receive(struct root *r, struct frame *f);

/* Send a frame (consumed). A helper that is gone shows at the next root_receive. */
void root_send(struct root *r, struct frame *f);

/* Close the connection. `wait`: until the helper has ended; otherwise it ends by itself,
 * in a session of its own, after what it is doing. */
void root_stop(struct root *r, bool wait);

#endif
