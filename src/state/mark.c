#include "state/mark.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fdio.h"

static const char pending[] = "pending";

int
mark_path(const char *run, uid_t uid, char path[MARK_PATH_MAX], struct err *e)
{
    int n = snprintf(path, MARK_PATH_MAX, "%s/%s/%u", run, pending, (unsigned)uid);

    return n > 0 && n < MARK_PATH_MAX ? 0 : err_set(e, ERR_LIMIT, "%.64s...: too long", run);
}

/* The umask of a helper is 077, and people have to see marks. */
static int
open_run(const char *run, struct err *e)
{
    bool made = mkdir(run, 0755) == 0;
    int fd = fdio_open_dir_trusted(run, FDIO_READABLE, e);

    /* By descriptor: in a folder that others may write the name may be a link by now. */
    if (fd >= 0 && made && fchmod(fd, 0755) != 0) {
        err_sys(e, "%s", run);
        fdio_close(fd);
        return -1;
    }
    if (fd < 0 && e != NULL && e->code == ERR_ABSENT)
        err_set(e, ERR_ABSENT, "%s cannot be made; mend with: install -d -m 0755 %s", run, run);
    return fd;
}

static int
open_pending(int dir, const char *run, struct err *e)
{
    struct stat st;
    int fd;

    if (mkdirat(dir, pending, 0755) == 0 && fchmodat(dir, pending, 0755, 0) != 0)
        return err_sys(e, "%s/%s", run, pending);
    fd = openat(dir, pending, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return err_sys(e, "%s/%s", run, pending);
    if (fstat(fd, &st) == 0 && st.st_uid == geteuid() && (st.st_mode & (S_IWGRP | S_IWOTH)) == 0)
        return fd;
    err_set(e, ERR_TRUST, "%s/%s is not root's alone; mend with: chown root %s/%s; chmod 755 %s/%s",
            run, pending, run, pending, run, pending);
    fdio_close(fd);
    return -1;
}

static int
make(int dir, const char *name, struct err *e)
{
    int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);

    if (fd < 0 && errno == EEXIST)
        return 0;
    if (fd < 0)
        return err_sys(e, "cannot make the mark %s", name);
    (void)fchmod(fd, 0644);
    fdio_close(fd);
    return 0;
}

int
mark_set(const char *run, uid_t uid, bool wanted, struct err *e)
{
    char path[MARK_PATH_MAX], name[16];
    struct stat st;
    int dir = -1, marks = -1, rc = -1;

    if (mark_path(run, uid, path, e) != 0)
        return -1;
    if (!wanted && lstat(path, &st) != 0 && (errno == ENOENT || errno == ENOTDIR))
        return 0;
    dir = open_run(run, e);
    marks = dir < 0 ? -1 : open_pending(dir, run, e);
    if (marks < 0)
        goto out;
    (void)snprintf(name, sizeof(name), "%u", (unsigned)uid);
    if (wanted)
        rc = make(marks, name, e);
    else if (unlinkat(marks, name, 0) == 0 || errno == ENOENT)
        rc = 0;
    else
        err_sys(e, "cannot take the mark %s away", name);
out:
    fdio_close(marks);
    fdio_close(dir);
    return rc;
}
