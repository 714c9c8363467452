/*
 * spawn: a helper process of which the host of the module notices nothing.
 *
 * The host may have a handler for SIGCHLD, ignore it, have a thread that waits for any
 * child, other threads in the middle of malloc, odd limits, and the environment and real
 * uid of somebody who wants to become root. Therefore:
 *
 * SPAWN-1  The host's only child is a watcher, made by clone3 with exit_signal 0 and
 *          never exec'd: an exec would put the exit signal back to SIGCHLD, with which
 *          the host's handler runs, a thread in waitpid(-1) takes the status, and under
 *          SIG_IGN there is none. The helper is the watcher's child (pam/watch.h).
 * SPAWN-2  All signals are blocked around the clone, so that no handler of the host runs
 *          in the watcher; the host's mask is then put back exactly. While it waits its
 *          handlers run as ever.
 * SPAWN-3  The wait has a deadline. At it the whole group of processes is killed.
 * SPAWN-4  Nothing is left afterwards: no child, descriptor or page.
 */
#ifndef IAMLP_PAM_SPAWN_H
#define IAMLP_PAM_SPAWN_H

#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"

/* Run argv (argv[0] an absolute path, the last one NULL) as root with `fd` as descriptor
 * 0 and an empty environment, and wait for its end, at most until `deadline`. fd is still
 * the caller's. 0: it ended by itself, with exit status *status. -1: ERR_TIMEOUT, it was
 * killed at the deadline; ERR_ABSENT, ERR_SYSTEM, ERR_MEMORY, it could not be started or
 * died of a signal. */
int spawn_run(const char *const argv[], int fd, const struct clock *clock, int64_t deadline,
              int *status, struct err *e);

#endif
