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

/* Kernels before 5.9 have no close_range. */
static void
close_listed(int from)
{
    DIR *d = opendir("/proc/self/fd");
    const struct dirent *entry;

    if (d == NULL)
        return;
    while ((entry = readdir(d)) != NULL) {
        long fd = strtol(entry->d_name, NULL, 10);

        if (fd >= from && fd != dirfd(d))
            (void)close((int)fd);
    }
    (void)closedir(d);
}

void
proc_close_from(int from)
{
    if (syscall(SYS_close_range, (unsigned)from, ~0U, 0U) != 0)
        close_listed(from);
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
    int fd;

    (void)clearenv();
    (void)umask(077);
    proc_no_core();
    for (int sig = 1; sig < 32; sig++)
        (void)sigaction(sig, &act, NULL);
    act.sa_handler = SIG_IGN;
    (void)sigaction(SIGPIPE, &act, NULL);
    (void)sigemptyset(&empty);
    (void)sigprocmask(SIG_SETMASK, &empty, NULL);
    do
        fd = open("/dev/null", O_RDWR | O_NOCTTY);
    while (fd >= 0 && fd <= 2);
    proc_close_from(STDERR_FILENO + 1);
    (void)!chdir("/");
}
