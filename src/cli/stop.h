/*
 * stop: signals of a long run, read from a descriptor: the first one asks it to come to an
 * end, the next to end at once. SIGCHLD wakes whoever waits, and SIGPIPE is ignored: a pipe
 * that nobody reads any more must not end us between two records.
 */
#ifndef IAMLP_CLI_STOP_H
#define IAMLP_CLI_STOP_H

#include "base/err.h"

struct stop {
    int fd;     /* readable: call stop_read; -1: none */
    int caught; /* the first of SIGINT, SIGTERM, SIGHUP; 0: none */
    int again;  /* how many came after it */
};

/* Take over the signals. Children inherit that they are blocked. -1: ERR_SYSTEM. */
int stop_begin(struct stop *s, struct err *e);

/* Wait until a signal has come, at most `ms`, and read it. */
void stop_wait(struct stop *s, int ms);

/* Read what has come. */
void stop_read(struct stop *s);

void stop_end(struct stop *s);

#endif
