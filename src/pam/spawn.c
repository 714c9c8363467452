#include "pam/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fdio.h"
#include "pam/watch.h"

enum {
    KERNEL_SIGSET = _NSIG / 8, /* bytes */
    WAIT_PIDFD = 3,            /* P_PIDFD, which older headers lack */
    KILLED_MS = 200            /* for a process to be gone once it is killed */
};

struct watcher {
    pid_t pid;
    int life; /* readable when the watcher is gone */
    bool pidfd;
};

/* Returns as fork does. glibc's own fork would run the host's atfork handlers, and its
 * child raises SIGCHLD. */
static pid_t
clone_with_pidfd(struct watcher *w)
{
    struct clone_args args = {0};

    args.flags = CLONE_PIDFD | CLONE_CLEAR_SIGHAND;
    args.pidfd = (uint64_t)(uintptr_t)&w->life;
    w->pidfd = true;
    return (pid_t)syscall(SYS_clone3, &args, sizeof(args));
}

/* For kernels before 5.5, and containers that refuse clone3: the watcher holds the one
 * end of a pipe, which closes with it. */
static pid_t
clone_with_pipe(struct watcher *w, struct watch_plan *plan)
{
    int pipe_fds[2];
    pid_t pid;

    if (pipe2(pipe_fds, O_CLOEXEC) != 0)
        return -1;
    plan->life = pipe_fds[1];
    pid = (pid_t)syscall(SYS_clone, 0UL, NULL, NULL, NULL, 0UL);
    if (pid == 0)
        return 0;
    fdio_close(pipe_fds[1]);
    w->life = pipe_fds[0];
    w->pidfd = false;
    return pid;
}

static int
start(struct watcher *w, struct watch_plan *plan, struct err *e)
{
    sigset_t all, before;

    /* Raw: the C library leaves two signals of its own unblocked. */
    memset(&all, 0xff, sizeof(all));
    (void)syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, (size_t)KERNEL_SIGSET);
    w->pid = clone_with_pidfd(w);
    if (w->pid < 0 && (errno == ENOSYS || errno == EPERM || errno == EINVAL))
        w->pid = clone_with_pipe(w, plan);
    if (w->pid == 0)
        watch_run(plan);
    if (w->pid < 0)
        err_sys(e, "cannot start %s: clone", plan->argv[0]);
    (void)syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, (size_t)KERNEL_SIGSET);
    return w->pid < 0 ? -1 : 0;
}

static bool
gone(const struct watcher *w, const struct clock *clock, int64_t deadline)
{
    for (;;) {
        struct pollfd p = {w->life, POLLIN, 0};
        int left = clock_left_ms(clock, deadline);
        int n = poll(&p, 1, left);

        if (n > 0)
            return true;
        if (left == 0 || (n < 0 && errno != EINTR))
            return false;
    }
}

/* True: it ended before the deadline. */
static bool
wait_for(const struct watcher *w, const struct clock *clock, int64_t deadline)
{
    bool in_time = gone(w, clock, deadline), dead = in_time;
    siginfo_t info;

    /* Before the reaping: until then the number cannot be another group's. By itself,
     * too, nothing of the group outlives the helper. */
    (void)kill(-w->pid, SIGKILL);
    if (!in_time) {
        (void)kill(w->pid, SIGKILL);
        dead = gone(w, clock, clock->mono_ms() + KILLED_MS);
    }
    /* ECHILD: a thread of the host waits for children of every kind, and has had it. A
     * watcher that cannot die would be a zombie later; the login does not wait for it. */
    while (waitid((idtype_t)(w->pidfd ? WAIT_PIDFD : P_PID), (id_t)(w->pidfd ? w->life : w->pid),
                  &info, WEXITED | __WALL | (dead ? 0 : WNOHANG)) != 0)
        if (errno != EINTR)
            break;
    return in_time;
}

static int
judge(const char *name, volatile const struct watch_report *report, int *status, struct err *e)
{
    if (report->failed != NULL) {
        errno = report->error;
        if (strcmp(report->failed, "execve") == 0)
            return err_sys(e, "cannot start %s", name);
        return err_sys(e, "cannot start %s: %s", name, report->failed);
    }
    if (!report->ended)
        return err_set(e, ERR_SYSTEM, "the process that waits for %s was killed", name);
    if (WIFSIGNALED(report->status))
        return err_set(e, ERR_SYSTEM, "%s died of signal %d", name, WTERMSIG(report->status));
    *status = WEXITSTATUS(report->status);
    return 0;
}

int
spawn_run(const char *const argv[], int fd, const struct clock *clock, int64_t deadline,
          int *status, struct err *e)
{
    struct watch_report *report =
        mmap(NULL, sizeof(*report), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct watch_plan plan = {argv, fd, -1, report};
    struct watcher w = {-1, -1, false};
    int rc = -1;

    if (report == MAP_FAILED)
        return err_sys(e, "cannot start %s", argv[0]);
    if (start(&w, &plan, e) != 0)
        goto out;
    if (wait_for(&w, clock, deadline))
        rc = judge(argv[0], report, status, e);
    else
        err_set(e, ERR_TIMEOUT, "%s did not end in time and was killed", argv[0]);
out:
    fdio_close(w.life);
    (void)munmap(report, sizeof(*report));
    return rc;
}
