#include "base/proc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    LIST = 4096 /* bytes of a folder's entries taken at once */
};

/* The descriptor that an entry of /proc/self/fd is named after, which the kernel writes in ten
 * digits at most; -1 for . and .. */
static long
number(const char *name)
{
    long n = 0;

    for (; *name >= '0' && *name <= '9'; name++)
        n = 10 * n + (*name - '0');
    return *name == '\0' ? n : -1;
}

/* For kernels before 5.9, which have no close_range. Without opendir, which allocates memory: in
 * the child of a program with threads another thread may have held the allocator's lock. */
static void
close_listed(int from)
{
    _Alignas(struct dirent64) char list[LIST];
    const struct dirent64 *entry;
    int dir = open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    long n;

    while ((n = syscall(SYS_getdents64, dir, list, sizeof(list))) > 0)
        for (long at = 0; at < n; at += entry->d_reclen) {
            long fd;

            entry = (const void *)(list + at);
            fd = number(entry->d_name);
            if (fd >= from && fd != dir)
                (void)close((int)fd);
        }
    (void)close(dir);
}

void
proc_close_from(int from)
{
    if (syscall(SYS_close_range, (unsigned)from, ~0U, 0U) != 0)
        close_listed(from);
}

void
proc_standard_fds(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0) /* then open takes this one, the lowest that is free */
            (void)open("/dev/null", fd == STDOUT_FILENO ? O_RDONLY : O_RDWR);
}

void
proc_no_core(void)
{
    const struct rlimit none = {0, 0};

    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

int
proc_beside(const char *name, char path[PATH_MAX], struct err *e)
{
    ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 1);
    char *slash;

    if (n < 0)
        return err_sys(e, "/proc/self/exe");
    path[n] = '\0';
    slash = strrchr(path, '/');
    if (slash == NULL || (size_t)(slash + 1 - path) + strlen(name) >= PATH_MAX)
        return err_set(e, ERR_SYSTEM, "cannot tell where this program lies");
    memcpy(slash + 1, name, strlen(name) + 1);
    return 0;
}

bool
proc_own_keyring(void)
{
    return syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL, 0, 0, 0) >= 0 ||
           errno == ENOSYS || errno == EPERM;
}

void
proc_begin(void)
{
    struct sigaction act = {.sa_handler = SIG_DFL};
    sigset_t empty;

    (void)clearenv();
    (void)umask(077);
    proc_no_core();
    for (int sig = 1; sig < 32; sig++)
        (void)sigaction(sig, &act, NULL);
    act.sa_handler = SIG_IGN;
    (void)sigaction(SIGPIPE, &act, NULL);
    (void)sigemptyset(&empty);
    (void)sigprocmask(SIG_SETMASK, &empty, NULL);
    proc_standard_fds();
    proc_close_from(STDERR_FILENO + 1);
    (void)!chdir("/");
}
