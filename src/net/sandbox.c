#include "net/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "net/landlock.h"

/* ---- seccomp -------------------------------------------------------------------------- */

/* Allowed whatever the arguments. Some names exist on some architectures only. */
static const char *const allowed[] = {
    /* memory */
    "brk",
    "madvise",
    "mlock",
    "mremap",
    "munlock",
    "munmap",
    /* files; where they are opened is below */
    "close",
    "fstat",
    "lseek",
    "lstat",
    "newfstatat",
    "pread64",
    "read",
    "readv",
    "stat",
    "statx",
    "write",
    "writev",
    /* sockets, and waiting for them */
    "connect",
    "epoll_create1",
    "epoll_ctl",
    "epoll_pwait",
    "epoll_wait",
    "eventfd2",
    "getpeername",
    "getsockname",
    "getsockopt",
    "pipe",
    "pipe2",
    "poll",
    "ppoll",
    "pselect6",
    "recvfrom",
    "recvmmsg",
    "recvmsg",
    "select",
    "sendmmsg",
    "sendmsg",
    "sendto",
    "shutdown",
    /* threads and signals of its own */
    "exit",
    "exit_group",
    "futex",
    "restart_syscall",
    "rseq",
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "sched_getaffinity",
    "sched_yield",
    "set_robust_list",
    "sigaltstack",
    /* itself, the time, chance */
    "clock_getres",
    "clock_gettime",
    "clock_nanosleep",
    "getegid",
    "geteuid",
    "getgid",
    "getpid",
    "getrandom",
    "getrlimit",
    "gettid",
    "gettimeofday",
    "getuid",
    "nanosleep",
    "sysinfo",
    "time",
    "uname",
};

/* Only an intruder makes these. */
static const char *const fatal[] = {
    "add_key",
    "bpf",
    "chroot",
    "execve",
    "execveat",
    "fork",
    "io_uring_setup",
    "keyctl",
    "kill",
    "mount",
    "open_by_handle_at",
    "perf_event_open",
    "pidfd_getfd",
    "pivot_root",
    "process_vm_readv",
    "process_vm_writev",
    "ptrace",
    "request_key",
    "setns",
    "tkill",
    "umount2",
    "unshare",
    "userfaultfd",
    "vfork",
};

#define INT        UINT64_C(0xffffffff) /* an int: the kernel looks at no more */
#define SOCKET     (INT & ~(uint64_t)(SOCK_CLOEXEC | SOCK_NONBLOCK))
#define O_TMPFILE_ (O_TMPFILE & ~O_DIRECTORY)
#define WRITING    (O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND | O_TMPFILE_)
#define RIGHTS     (PROT_WRITE | PROT_EXEC)
#define THREAD     (CLONE_VM | CLONE_THREAD)
#define NEW                                                                                        \
    ((uint64_t)CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER |       \
     CLONE_NEWPID | CLONE_NEWNET)

/* Of argument `n`, counted from 0, the bits of `mask` must be those of `value`. */
#define ARG(n, mask, value)                                                                        \
    {                                                                                              \
        (n), SCMP_CMP_MASKED_EQ, (mask), (value)                                                   \
    }

/* By arguments: the rows of one call are its alternatives. */
static const struct row {
    const char *call;
    uint32_t action;
    unsigned args;
    struct scmp_arg_cmp arg[2];
} rows[] = {
    {"open", SCMP_ACT_ALLOW, 1, {ARG(1, WRITING, 0)}},
    {"openat", SCMP_ACT_ALLOW, 1, {ARG(2, WRITING, 0)}},
    {"mmap", SCMP_ACT_ALLOW, 1, {ARG(2, PROT_EXEC, 0)}},
    {"mmap", SCMP_ACT_ALLOW, 2, {ARG(2, RIGHTS, PROT_EXEC), ARG(3, MAP_ANONYMOUS, 0)}},
    {"mprotect", SCMP_ACT_ALLOW, 1, {ARG(2, PROT_EXEC, 0)}},
    {"clone", SCMP_ACT_ALLOW, 1, {ARG(0, THREAD | NEW, THREAD)}},
    {"clone", SCMP_ACT_KILL_PROCESS, 1, {ARG(0, CLONE_THREAD, 0)}},
    {"prctl", SCMP_ACT_ALLOW, 1, {ARG(0, INT, PR_SET_NAME)}},
    {"prlimit64", SCMP_ACT_ALLOW, 2, {ARG(0, INT, 0), ARG(2, UINT64_MAX, 0)}}, /* asks, of itself */
    {"fcntl", SCMP_ACT_ALLOW, 1, {ARG(1, INT, F_GETFD)}},
    {"fcntl", SCMP_ACT_ALLOW, 1, {ARG(1, INT, F_SETFD)}},
    {"fcntl", SCMP_ACT_ALLOW, 1, {ARG(1, INT, F_GETFL)}},
    {"fcntl", SCMP_ACT_ALLOW, 1, {ARG(1, INT, F_SETFL)}},
    {"fcntl", SCMP_ACT_ALLOW, 1, {ARG(1, INT, F_DUPFD_CLOEXEC)}},
    {"ioctl", SCMP_ACT_ALLOW, 1, {ARG(1, INT, FIONREAD)}},
    {"ioctl", SCMP_ACT_ALLOW, 1, {ARG(1, INT, FIONBIO)}},
    {"socket", SCMP_ACT_ALLOW, 2, {ARG(0, INT, AF_INET), ARG(1, SOCKET, SOCK_STREAM)}},
    {"socket", SCMP_ACT_ALLOW, 2, {ARG(0, INT, AF_INET), ARG(1, SOCKET, SOCK_DGRAM)}},
    {"socket", SCMP_ACT_ALLOW, 2, {ARG(0, INT, AF_INET6), ARG(1, SOCKET, SOCK_STREAM)}},
    {"socket", SCMP_ACT_ALLOW, 2, {ARG(0, INT, AF_INET6), ARG(1, SOCKET, SOCK_DGRAM)}},
    /* A pair of datagram sockets could be sent to any path. */
    {"socketpair", SCMP_ACT_ALLOW, 2, {ARG(0, INT, AF_UNIX), ARG(1, SOCKET, SOCK_STREAM)}},
    {"setsockopt", SCMP_ACT_ALLOW, 2, {ARG(1, INT, SOL_SOCKET), ARG(2, INT, SO_KEEPALIVE)}},
    {"setsockopt", SCMP_ACT_ALLOW, 2, {ARG(1, INT, IPPROTO_TCP), ARG(2, INT, TCP_NODELAY)}},
    {"setsockopt", SCMP_ACT_ALLOW, 2, {ARG(1, INT, IPPROTO_TCP), ARG(2, INT, TCP_KEEPIDLE)}},
    {"setsockopt", SCMP_ACT_ALLOW, 2, {ARG(1, INT, IPPROTO_TCP), ARG(2, INT, TCP_KEEPINTVL)}},
    {"setsockopt", SCMP_ACT_ALLOW, 2, {ARG(1, INT, IPPROTO_TCP), ARG(2, INT, TCP_KEEPCNT)}},
    {"setsockopt", SCMP_ACT_ALLOW, 2, {ARG(1, INT, IPPROTO_IP), ARG(2, INT, IP_RECVERR)}},
    {"setsockopt", SCMP_ACT_ALLOW, 2, {ARG(1, INT, IPPROTO_IPV6), ARG(2, INT, IPV6_RECVERR)}},
};

/* A kernel that has it (since 3.5, where it was built so) tries to read the filter, for which
 * there is no address here; any other one does not know the mode. */
static bool
kernel_has_seccomp(void)
{
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL, 0, 0) != 0 && errno == EFAULT;
}

/* A call that this libseccomp has not heard of stays forbidden. */
static int
add(scmp_filter_ctx ctx, const struct row *r, struct err *e)
{
    int nr = seccomp_syscall_resolve_name(r->call), rc;

    if (nr == __NR_SCMP_ERROR)
        return 0;
    rc = seccomp_rule_add_array(ctx, r->action, nr, r->args, r->arg);
    return rc == 0 ? 0 : err_set(e, ERR_SYSTEM, "seccomp: %s: %s", r->call, strerror(-rc));
}

static int
add_names(scmp_filter_ctx ctx, uint32_t action, const char *const *names, size_t count,
          struct err *e)
{
    for (size_t i = 0; i < count; i++) {
        const struct row r = {names[i], action, 0, {{0}}};

        if (add(ctx, &r, e) != 0)
            return -1;
    }
    return 0;
}

static int
enter_seccomp(struct err *e)
{
    scmp_filter_ctx ctx;
    int rc = -1, load;

    if (!kernel_has_seccomp())
        return 0;
    ctx = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
    if (ctx == NULL)
        return err_set(e, ERR_MEMORY, "seccomp: out of memory");
    /* A call of another architecture, such as int 0x80: nothing of ours makes one. */
    if (seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) != 0) {
        err_set(e, ERR_SYSTEM, "seccomp: calls of other architectures cannot be forbidden");
        goto out;
    }
    if (add_names(ctx, SCMP_ACT_ALLOW, allowed, sizeof(allowed) / sizeof(allowed[0]), e) != 0 ||
        add_names(ctx, SCMP_ACT_KILL_PROCESS, fatal, sizeof(fatal) / sizeof(fatal[0]), e) != 0)
        goto out;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (add(ctx, &rows[i], e) != 0)
            goto out;
    load = seccomp_load(ctx);
    rc = load == 0 ? 0 : err_set(e, ERR_SYSTEM, "seccomp: %s", strerror(-load));
out:
    seccomp_release(ctx);
    return rc;
}

/* ---- both -------------------------------------------------------------------------------- */

int
sandbox_enter(struct err *e)
{
#ifdef IAMLP_SANITIZED
    (void)enter_seccomp;
    (void)e;
    return 0;
#else
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return err_sys(e, "no_new_privs");
    /* Landlock first: setting it up takes calls that seccomp forbids. */
    return landlock_enter(e) == 0 && enter_seccomp(e) == 0 ? 0 : -1;
#endif
}
