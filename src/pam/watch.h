/*
 * watch: the process between the host and iamlp-helper: a copy of the host that runs
 * nothing of the host's.
 *
 * WATCH-1  It MUST make no call but raw system calls and vfork. It is a copy of one thread
 *          of a program with many: a lock that another one held stays locked for ever,
 *          malloc's too; glibc's setresuid and setgroups send a signal to threads that
 *          are not there and wait for them; and its calls that wait are cancellation
 *          points of a thread that the host may have cancelled.
 * WATCH-2  The helper MUST start as a root process of the system would, whoever started
 *          the host: with the caller's real uid it could be killed by the caller, with
 *          the caller's limits it writes empty files, on the one busy processor that
 *          the caller chose for it, it is late, and in the SELinux context that pam_selinux
 *          has set for the person's shell it has the person's rights or is not run. Only
 *          the cgroup is the host's: behind pam_systemd, the slice of who logs in.
 * WATCH-3  It keeps no descriptor of the host, and reaps the helper.
 */
#ifndef IAMLP_PAM_WATCH_H
#define IAMLP_PAM_WATCH_H

#include <stdbool.h>
#include <stdnoreturn.h>

/* What became of the helper. It lies in a page that host, watcher and helper share: an
 * exit status holds no errno, and may be taken by somebody else's wait. */
struct watch_report {
    const char *failed; /* the call that failed, before the helper ran; else NULL */
    int error;          /* its errno */
    bool ended;         /* the helper ran and ended */
    int status;         /* of wait(2) */
};

struct watch_plan {
    const char *const *argv;
    int fd;   /* becomes the helper's descriptor 0 */
    int life; /* where there is no pidfd: held for as long as the watcher lives; else -1 */
    volatile struct watch_report *report;
};

/* To be called in the watcher, with all signals blocked. */
noreturn void watch_run(const struct watch_plan *plan);

#endif
