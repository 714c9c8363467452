#include "pam/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/prctl.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    KERNEL_SIGSET = _NSIG / 8, /* bytes */
    NULL_AND_SOCKET = 3,       /* descriptors of the helper */
    CLOSE_MAX = 65536,
    NOFILE = 256,
    CPUS = 8192,            /* as many as a kernel can be built for */
    TIMER_SLACK_NS = 50000, /* as at the start of a system; by the caller's each wait is late */
    OWN_PROCESS = 1         /* IOPRIO_WHO_PROCESS, of which the C library has no header */
};

/* The kernel's own, whatever the size of the C library's. */
struct limit {
    uint64_t soft;
    uint64_t hard;
};

#define UNLIMITED UINT64_MAX
#define MIB       (UINT64_C(1024) * 1024)

noreturn static void
leave(void)
{
    for (;;)
        (void)syscall(SYS_exit_group, 0);
}

noreturn static void
fail(const struct watch_plan *plan, const char *call)
{
    plan->report->error = errno;
    plan->report->failed = call;
    leave();
}

/* CLONE_CLEAR_SIGHAND leaves what is ignored ignored, and where there is no clone3 the
 * host's handlers are still there. An ignored SIGCHLD would cost the helper's status. */
static void
reset_signals(void)
{
    /* SIG_DFL, no flags, nothing masked: all zero in every architecture's struct. */
    static const unsigned long standard[16];

    for (int sig = 1; sig < _NSIG; sig++)
        (void)syscall(SYS_rt_sigaction, sig, standard, NULL, (size_t)KERNEL_SIGSET);
}

static void
become_root(const struct watch_plan *plan)
{
    if (syscall(SYS_setgroups, (size_t)0, NULL) != 0)
        fail(plan, "setgroups");
    if (syscall(SYS_setresgid, 0, 0, 0) != 0)
        fail(plan, "setresgid");
    if (syscall(SYS_setresuid, 0, 0, 0) != 0)
        fail(plan, "setresuid");
}

static struct limit
wanted_limit(int resource)
{
    switch (resource) {
    case RLIMIT_CORE:
        return (struct limit){0, 0};
    case RLIMIT_NOFILE:
        return (struct limit){NOFILE, NOFILE};
    case RLIMIT_STACK:
        return (struct limit){8 * MIB, UNLIMITED};
    case RLIMIT_MEMLOCK:
        return (struct limit){8 * MIB, 8 * MIB};
    case RLIMIT_NICE:
    case RLIMIT_RTPRIO:
        return (struct limit){0, 0};
    default:
        return (struct limit){UNLIMITED, UNLIMITED};
    }
}

static void
reset_limits(void)
{
    for (int resource = 0; resource < (int)RLIM_NLIMITS; resource++) {
        struct limit want = wanted_limit(resource), have = {0, 0};

        if (syscall(SYS_prlimit64, 0, resource, &want, NULL) == 0)
            continue;
        /* In a container root may not raise what is fixed; as far up as it goes. */
        if (syscall(SYS_prlimit64, 0, resource, NULL, &have) != 0)
            continue;
        have.soft = want.soft < have.hard ? want.soft : have.hard;
        (void)syscall(SYS_prlimit64, 0, resource, &have, NULL);
    }
}

/* To those of the first process, and so of every daemon of which the administrator has not
 * said otherwise. A cgroup's cpuset holds in any case. */
static void
reset_processors(void)
{
    unsigned char set[CPUS / 8];
    long size = syscall(SYS_sched_getaffinity, 1, sizeof(set), set);

    if (size > 0)
        (void)syscall(SYS_sched_setaffinity, 0, (size_t)size, set);
}

static void
write_file(const char *path, const char *text, size_t len)
{
    long fd = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CLOEXEC);

    if (fd >= 0) {
        (void)syscall(SYS_write, fd, text, len);
        (void)syscall(SYS_close, fd);
    }
}

/* What is inherited and may be anything. sshd and others protect themselves from the
 * OOM killer; a helper is not worth that. pam_selinux has said as what the next program is
 * to run, by which it meant the person's shell: to write nothing there takes it back, as
 * setexeccon(3) does, and fails where there is no SELinux. */
static void
reset_rest(void)
{
    const struct sched_param usual = {0};

    write_file("/proc/self/oom_score_adj", "0", 1);
    write_file("/proc/thread-self/attr/exec", NULL, 0);
    (void)syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, &usual);
    (void)syscall(SYS_setpriority, PRIO_PROCESS, 0, 0);
    (void)syscall(SYS_ioprio_set, OWN_PROCESS, 0, 0);
    (void)syscall(SYS_prctl, PR_SET_TIMERSLACK, (unsigned long)TIMER_SLACK_NS, 0, 0, 0);
    reset_processors();
    (void)syscall(SYS_umask, 022);
    (void)syscall(SYS_chdir, "/");
}

/* Kernels before 5.9, and some containers, have no close_range. base/proc.h lists
 * /proc/self/fd by calls of the C library, which are cancellation points (WATCH-1); what is
 * above the limit here is that of a host that lowered it. */
static void
close_from(unsigned first, uint64_t limit)
{
    if (syscall(SYS_close_range, first, ~0U, 0U) == 0)
        return;
    for (unsigned fd = first; fd < limit && fd < CLOSE_MAX; fd++)
        (void)syscall(SYS_close, fd);
}

/* Out of the way of 0 to 3, any of which may be free, or be one of ours, in the host. */
static long
move_up(const struct watch_plan *plan, long fd)
{
    long up = syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, NULL_AND_SOCKET + 1);

    if (up < 0)
        fail(plan, "fcntl");
    return up;
}

static void
set_descriptors(const struct watch_plan *plan, uint64_t limit)
{
    long sock = move_up(plan, plan->fd);
    long life = plan->life >= 0 ? move_up(plan, plan->life) : -1;
    long null = syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDWR | O_NOCTTY | O_CLOEXEC);

    if (null < 0)
        fail(plan, "/dev/null");
    null = move_up(plan, null);
    (void)syscall(SYS_dup3, sock, 0, 0);
    (void)syscall(SYS_dup3, null, 1, 0);
    (void)syscall(SYS_dup3, null, 2, 0);
    if (life >= 0)
        (void)syscall(SYS_dup3, life, NULL_AND_SOCKET, O_CLOEXEC);
    close_from(life >= 0 ? NULL_AND_SOCKET + 1 : NULL_AND_SOCKET, limit);
}

/* On its own: what is in the registers around a vfork is the child's to change. */
static pid_t
start(const struct watch_plan *plan)
{
    static const char *const empty[] = {NULL};
    pid_t pid = vfork();

    if (pid == 0) {
        (void)syscall(SYS_execve, plan->argv[0], plan->argv, empty);
        fail(plan, "execve");
    }
    return pid;
}

noreturn void
watch_run(const struct watch_plan *plan)
{
    static const unsigned long none[16];
    struct limit files = {0, 0};
    pid_t helper;
    int status = 0;

    reset_signals();
    /* The group is what is killed at the deadline; and no terminal can stop it. */
    (void)syscall(SYS_setsid);
    (void)syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, &files);
    become_root(plan);
    reset_limits();
    reset_rest();
    set_descriptors(plan, files.hard);
    (void)syscall(SYS_rt_sigprocmask, SIG_SETMASK, none, NULL, (size_t)KERNEL_SIGSET);
    helper = start(plan);
    if (helper < 0)
        fail(plan, "vfork");
    for (unsigned fd = 0; fd < NULL_AND_SOCKET; fd++)
        (void)syscall(SYS_close, fd);
    while (syscall(SYS_wait4, helper, &status, 0, NULL) != helper)
        if (errno != EINTR)
            leave();
    if (plan->report->failed == NULL) {
        plan->report->status = status;
        plan->report->ended = true;
    }
    leave();
}
