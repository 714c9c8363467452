#include "helper/netproc.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fdio.h"
#include "base/proc.h"

/* AddressSanitizer reserves terabytes of address space. */
#ifdef IAMLP_SANITIZED
#define ADDRESS_SPACE RLIM_INFINITY
#else
#define ADDRESS_SPACE ((rlim_t)1 << 30)
#endif

enum {
    START_MS = 10 * 1000
};

/* RLIMIT_NPROC: the kernel counts all processes and threads of a uid, and there is an iamlp-net,
 * with a thread that resolves names, for each story that goes on. */
static const struct {
    unsigned resource; /* glibc makes it an enum, which clang counts as unsigned */
    rlim_t limit;
} limits[] = {
    {RLIMIT_CORE, 0},    {RLIMIT_FSIZE, 0}, {RLIMIT_NOFILE, 64},
    {RLIMIT_NPROC, 512}, {RLIMIT_CPU, 60},  {RLIMIT_AS, ADDRESS_SPACE},
};

/* NETPROC-3. It is root's or has the owner of this program, and nobody may write it who may not
 * write this one. */
static int
trust(int program, const char *path, struct err *e)
{
    struct stat us, st;

    if (stat("/proc/self/exe", &us) != 0 || fstat(program, &st) != 0)
        return err_sys(e, "%s", path);
    if ((st.st_uid == 0 || st.st_uid == us.st_uid) &&
        (st.st_mode & ~us.st_mode & (S_IWGRP | S_IWOTH)) == 0)
        return 0;
    return err_set(e, ERR_TRUST, "%s is not root's alone; mend with: chown root %s; chmod 755 %s",
                   path, path, path);
}

/* Why a child has not become iamlp-net. */
struct failure {
    const char *step; /* in the image that parent and child have in common */
    int error;        /* its errno */
};

static _Noreturn void
fail(int to_parent, const char *step)
{
    const struct failure why = {step, errno};

    (void)!write(to_parent, &why, sizeof(why));
    _exit(126);
}

/* In the child: become what NETPROC-1 says, or tell the parent and die. */
static _Noreturn void
become_net(int program, int sock, int to_parent, const struct passwd *pw)
{
    char name[] = "iamlp-net";
    char *const argv[] = {name, NULL};
    char *const envp[] = {NULL};
    int null = open("/dev/null", O_RDWR | O_NOCTTY | O_CLOEXEC);
    bool own_keyring;

    if (null < 0)
        fail(to_parent, "/dev/null");
    if (dup2(null, STDOUT_FILENO) < 0 || dup2(null, STDERR_FILENO) < 0 ||
        dup2(sock, STDIN_FILENO) < 0)
        fail(to_parent, "dup2");
    /* While root, whose quota of keys then pays: an earlier process of user iamlp may have used up
     * that one's for good. A container's root may have none left; then it is tried again below. */
    own_keyring = proc_own_keyring();
    if (setgroups(0, NULL) != 0)
        fail(to_parent, "setgroups");
    if (setresgid(pw->pw_gid, pw->pw_gid, pw->pw_gid) != 0)
        fail(to_parent, "setresgid");
    if (setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid) != 0)
        fail(to_parent, "setresuid");
    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        const struct rlimit l = {limits[i].limit, limits[i].limit};

        if (setrlimit(limits[i].resource, &l) != 0)
            fail(to_parent, "setrlimit");
    }
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        fail(to_parent, "no_new_privs");
    if (!own_keyring && !proc_own_keyring())
        fail(to_parent, "no session keyring of its own");
    /* By descriptor: the way to it may be closed to this user (/root). */
    (void)syscall(SYS_execveat, program, "", argv, envp, AT_EMPTY_PATH);
    fail(to_parent, "execveat");
}

/* Wait until the child is iamlp-net: its exec closes the pipe, and so does its death. An exec may
 * never return (a disk or a guard of files that does not answer), and root holds locks here. */
static int
await_exec(int from_child, const char *path, struct err *e)
{
    struct pollfd ready = {from_child, POLLIN, 0};
    struct failure why;
    ssize_t n;

    do
        n = poll(&ready, 1, START_MS);
    while (n < 0 && errno == EINTR);
    if (n == 0)
        return err_set(e, ERR_SYSTEM, "cannot start %s: it does not run after %d s", path,
                       START_MS / 1000);
    do
        n = read(from_child, &why, sizeof(why));
    while (n < 0 && errno == EINTR);
    if (n != (ssize_t)sizeof(why))
        return n == 0 ? 0 : err_sys(e, "cannot start %s", path);
    errno = why.error;
    return err_sys(e, "cannot start %s: %s", path, why.step);
}

int
netproc_start(void *arg, struct err *e)
{
    struct netproc *np = arg;
    const struct passwd *pw;
    char path[PATH_MAX];
    int program = -1, sv[2] = {-1, -1}, told[2] = {-1, -1}, rc = -1;

    pw = getpwnam(NETPROC_USER);
    if (pw == NULL || pw->pw_uid == 0)
        return err_set(e, ERR_CONFIG,
                       "there is no system user " NETPROC_USER "; mend with: systemd-sysusers, or "
                       "useradd --system --shell /usr/sbin/nologin " NETPROC_USER);
    if (proc_beside("iamlp-net", path, e) != 0)
        return -1;
    program = open(path, O_PATH | O_CLOEXEC);
    if (program < 0) {
        err_sys(e, "%s", path);
        goto out;
    }
    if (trust(program, path, e) != 0)
        goto out;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) != 0 ||
        pipe2(told, O_CLOEXEC) != 0) {
        err_sys(e, "cannot start %s", path);
        goto out;
    }
    np->pid = fork();
    if (np->pid == 0)
        become_net(program, sv[1], told[1], pw);
    if (np->pid < 0) {
        np->pid = 0;
        err_sys(e, "fork");
        goto out;
    }
    fdio_close(told[1]);
    told[1] = -1;
    if (await_exec(told[0], path, e) != 0) {
        netproc_stop(-1, np);
        goto out;
    }
    rc = sv[0];
    sv[0] = -1;
out:
    fdio_close(told[0]);
    fdio_close(told[1]);
    fdio_close(sv[0]);
    fdio_close(sv[1]);
    fdio_close(program);
    return rc;
}

void
netproc_stop(int fd, void *arg)
{
    struct netproc *np = arg;

    fdio_close(fd);
    if (np->pid <= 0)
        return;
    /* It owns nothing that must be put away, and somebody is waiting for a login. */
    (void)kill(np->pid, SIGKILL);
    while (waitpid(np->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    np->pid = 0;
}
