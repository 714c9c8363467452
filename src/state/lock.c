#include "state/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fdio.h"

static int
take(int state, const char *name, struct err *e)
{
    struct stat st;
    int dir = -1, fd = -1, rc = -1;

    if (mkdirat(state, "lock", 0700) != 0 && errno != EEXIST)
        return err_sys(e, "cannot make the folder lock");
    dir = openat(state, "lock", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (dir < 0)
        return err_sys(e, "cannot open the folder lock");
    fd = openat(dir, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);
    if (fd < 0) {
        err_sys(e, "cannot open lock/%s", name);
        goto out;
    }
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_uid != geteuid()) {
        err_set(e, ERR_TRUST, "lock/%s is not a plain file of uid %u", name, (unsigned)geteuid());
        goto out;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK)
            err_set(
                e, ERR_BUSY,
                "somebody else is at work for this user, perhaps another terminal; try again in a minute");
        else
            err_sys(e, "cannot lock lock/%s", name);
        goto out;
    }
    rc = fd;
    fd = -1;
out:
    fdio_close(fd);
    fdio_close(dir);
    return rc;
}

int
lock_take(int state, uid_t uid, struct err *e)
{
    char name[16];

    (void)snprintf(name, sizeof(name), "%u", (unsigned)uid);
    return take(state, name, e);
}

int
lock_breaker(int state)
{
    return take(state, "breaker", NULL);
}

void
lock_release(int lock)
{
    fdio_close(lock);
}
