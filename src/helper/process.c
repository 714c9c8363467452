#include "helper/process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fdio.h"

enum {
    STAT_MAX = 1024, /* the beginning of stat holds the state, that of status Uid: */
    STATUS_MAX = 1024
};

static int
ended(struct err *e)
{
    return err_set(e, ERR_DENIED, "the program that asked has ended");
}

/* Read the beginning of a file of /proc, size - 1 bytes at most, as a text. Returns its
 * length; -1 and errno otherwise. */
static ssize_t
read_text(int dir, const char *name, char *text, size_t size)
{
    int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC);
    size_t len = 0;
    ssize_t n = -1;

    text[0] = '\0';
    if (fd < 0)
        return -1;
    while (len < size - 1) {
        n = read(fd, text + len, size - 1 - len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        len += (size_t)n;
    }
    fdio_close(fd);
    text[len] = '\0';
    return n < 0 ? -1 : (ssize_t)len;
}

/* As read_text, the file in whole, and "" where the kernel has no such file: a process
 * that has ended is missing its files too, and is found out at the end. */
static int
read_whole(int dir, const char *name, char *text, size_t size, struct err *e)
{
    ssize_t n = read_text(dir, name, text, size);

    if (n < 0 && (errno == ENOENT || errno == ESRCH))
        return 0;
    if (n < 0)
        return err_sys(e, "cannot read %s of the program that asked", name);
    if ((size_t)n == size - 1)
        return err_set(e, ERR_DENIED, "%s of the program that asked is too long to judge", name);
    return 0;
}

bool
process_lives(const char *stat)
{
    /* The name stands in brackets and may hold any byte but NUL; then come the state and
     * numbers. */
    const char *p = strrchr(stat, ')');

    return p != NULL && p[1] == ' ' && p[2] != '\0' && strchr("ZXx", p[2]) == NULL;
}

int
process_effective_uid(const char *status, uid_t *uid)
{
    /* The first line holds the process's name, in which the kernel escapes newlines. */
    const char *p = strstr(status, "\nUid:\t");
    unsigned long n;
    char *end = NULL;

    if (p == NULL)
        return -1;
    p = strchr(p + strlen("\nUid:\t"), '\t');
    if (p == NULL || p[1] < '0' || p[1] > '9')
        return -1;
    errno = 0;
    n = strtoul(p + 1, &end, 10);
    if (errno != 0 || n > UINT_MAX || *end != '\t')
        return -1;
    *uid = (uid_t)n;
    return 0;
}

/* Does it still live? A zombie keeps its number, and its files in /proc say less. */
static bool
lives(int dir, int pidfd)
{
    struct pollfd exit = {pidfd, POLLIN, 0};
    char stat[STAT_MAX];

    if (pidfd >= 0 && poll(&exit, 1, 0) != 0)
        return false;
    return read_text(dir, "stat", stat, sizeof(stat)) > 0 && process_lives(stat);
}

/* Without a pidfd a number may have been given to another process before /proc was
 * opened: then at least it must run as the same user. */
static int
check_user(int dir, uid_t uid, struct err *e)
{
    char status[STATUS_MAX];
    uid_t now = (uid_t)-1;

    if (read_text(dir, "status", status, sizeof(status)) < 0)
        return ended(e);
    if (process_effective_uid(status, &now) != 0)
        return err_set(e, ERR_DENIED, "cannot tell who runs the program that asked");
    if (now != uid)
        return err_set(e, ERR_DENIED, "the program that asked runs as another user by now");
    return 0;
}

/* The folder of `pid` in /proc; -1 and errno. */
static int
open_folder(pid_t pid)
{
    char path[32];

    (void)snprintf(path, sizeof(path), "/proc/%d", (int)pid);
    return open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

int
process_read(pid_t pid, int pidfd, uid_t uid, struct process *p, struct err *e)
{
    int dir = open_folder(pid), rc = -1;

    if (dir < 0 && errno == ENOENT)
        return kill(pid, 0) == 0
                   ? err_set(e, ERR_DENIED,
                             "/proc hides the program that asked (hidepid) from iamlp-helper; an "
                             "administrator can give its unit CAP_SYS_PTRACE")
                   : ended(e);
    if (dir < 0)
        return err_sys(e, "/proc/%d", (int)pid);
    if (check_user(dir, uid, e) != 0 ||
        read_whole(dir, "loginuid", p->loginuid, sizeof(p->loginuid), e) != 0 ||
        read_whole(dir, "cgroup", p->cgroup, sizeof(p->cgroup), e) != 0)
        goto out;
    rc = lives(dir, pidfd) ? 0 : ended(e);
out:
    fdio_close(dir);
    return rc;
}

bool
process_owner(pid_t pid, uid_t uid, uid_t *owner)
{
    char text[32], *end = NULL;
    unsigned long login;
    int dir = open_folder(pid);

    *owner = uid;
    if (dir < 0) /* hidden (hidepid), or gone */
        return kill(pid, 0) == 0 || errno != ESRCH;
    if (read_text(dir, "loginuid", text, sizeof(text)) > 0) {
        login = strtoul(text, &end, 10);
        if (end != text && login < UINT32_MAX)
            *owner = (uid_t)login;
    }
    fdio_close(dir);
    return true;
}
