#include "state/hush.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fdio.h"

static int
open_refused(const char *run)
{
    int dir = fdio_open_dir_trusted(run, FDIO_READABLE, NULL), fd = -1;
    struct stat st;

    if (dir < 0)
        return -1;
    (void)mkdirat(dir, "refused", 0700);
    fd = openat(dir, "refused", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    fdio_close(dir);
    if (fd < 0 || (fstat(fd, &st) == 0 && st.st_uid == geteuid() && (st.st_mode & 077) == 0))
        return fd;
    fdio_close(fd);
    return -1;
}

bool
hush_allows(const char *run, uid_t uid, int64_t now)
{
    const struct timespec times[2] = {{.tv_sec = (time_t)now}, {.tv_sec = (time_t)now}};
    int dir = open_refused(run), fd = -1;
    struct stat st;
    bool allowed = false;
    char name[16];

    if (dir < 0)
        return false;
    (void)snprintf(name, sizeof(name), "%u", (unsigned)uid);
    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && now >= st.st_mtim.tv_sec &&
        now - st.st_mtim.tv_sec < HUSH_S)
        goto out;
    fd = openat(dir, name, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    allowed = fd >= 0 && futimens(fd, times) == 0;
out:
    fdio_close(fd);
    fdio_close(dir);
    return allowed;
}
