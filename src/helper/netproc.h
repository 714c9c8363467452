/*
 * netproc: iamlp-net as a child process: how it is started and ended.
 *
 * NETPROC-1  It MUST run as the system user iamlp with no group but its own, no new
 *            privileges, an empty environment, one socket as descriptor 0 and
 *            /dev/null as 1 and 2, resource limits, and an anonymous session keyring
 *            of its own, so that neither root's keys nor a terminal are in its reach.
 * NETPROC-2  Its program is the one beside this one, found by /proc/self/exe.
 * NETPROC-3  It MUST NOT be easier to change than this one: it gets the credentials.
 *            The descriptor that is judged is the one that is executed.
 */
#ifndef IAMLP_HELPER_NETPROC_H
#define IAMLP_HELPER_NETPROC_H

#include <sys/types.h>

#include "base/err.h"

#define NETPROC_USER "iamlp"

struct netproc {
    pid_t pid; /* 0: none */
};

/* Start it, and wait until its program runs. Returns the connected socket; -1: ERR_CONFIG (no
 * such system user), ERR_TRUST, ERR_ABSENT, ERR_SYSTEM, ERR_MEMORY; where the child failed, the
 * sentence names its step. Nothing is left of it then. `arg` is a struct netproc; the shape is
 * core's struct ask_starter. */
int netproc_start(void *arg, struct err *e);

/* Close the socket, end it and reap it. */
void netproc_stop(int fd, void *arg);

#endif
