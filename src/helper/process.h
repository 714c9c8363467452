/*
 * process: what /proc says of one process that may end at any moment.
 *
 * PROCESS-1  What was read MUST be about one process: its folder in /proc is opened once
 *            and stays with it (when the number is given to another process, reading
 *            there fails), and after the last read it MUST still live.
 * PROCESS-2  It MUST be read into fixed room: a process can choose its name and, within
 *            its own slice, how long its cgroup's path is.
 */
#ifndef IAMLP_HELPER_PROCESS_H
#define IAMLP_HELPER_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

enum {
    PROCESS_CGROUP_MAX = 16 * 1024 /* bytes with the NUL */
};

/* Texts as they stand in /proc/PID, without interpretation; "" where the kernel has no
 * such file. */
struct process {
    char loginuid[32];
    char cgroup[PROCESS_CGROUP_MAX];
};

/* Read about the process `pid`, which MUST run as `uid` (effective). pidfd pins it from
 * the moment it connected; -1 where the kernel gave none: then the number may have gone
 * to another process of that uid, of whom nothing else is believed either. -1:
 * ERR_DENIED (it has ended, is another one by now, or cannot be judged; the sentence is
 * for the person), ERR_SYSTEM. */
int process_read(pid_t pid, int pidfd, uid_t uid, struct process *p, struct err *e);

/* Does /proc/PID/stat, of this content, tell of a process that lives? */
bool process_lives(const char *stat);

/* The login uid of process `pid` where one is set, else `uid`: a user with subordinate
 * uids is one user. Nothing but fairness may rest on it, for nothing is pinned. false: it
 * has ended. */
bool process_owner(pid_t pid, uid_t uid, uid_t *owner);

/* The effective uid from the content of /proc/PID/status. -1: it cannot be read. */
int process_effective_uid(const char *status, uid_t *uid);

#endif
