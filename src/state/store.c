#include "state/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fdio.h"
#include "state/layout.h"

/* Records set aside of one user; each may lead to a hold, so none replaces another. */
enum {
    ASIDE_MAX = 100
};

static void
file_name(char name[16], uid_t uid)
{
    (void)snprintf(name, 16, "%u", (unsigned)uid);
}

int
store_write(int state, const struct record *r, struct err *e)
{
    struct buf b;
    char name[16];
    int rc = -1;

    buf_init(&b, LAYOUT_MAX);
    layout_print(r, &b);
    file_name(name, r->uid);
    if (buf_check(&b, "record", e) == 0)
        rc = fdio_replace(state, name, buf_str(&b), b.len, 0600, e);
    buf_free(&b);
    return rc;
}

int
store_read(int state, uid_t uid, struct record *r, struct err *e)
{
    struct secret *text = NULL;
    struct stat st;
    char name[16];
    int fd, rc = -1;

    record_init(r, uid);
    file_name(name, uid);
    fd = openat(state, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0 && errno != ELOOP && errno != ENXIO)
        return err_sys(e, "cannot read record %s", name);
    r->phase = RECORD_INTENT; /* until proven otherwise: STORE-3 */
    /* A record that cannot be looked at may be a good one. */
    if (fd >= 0 && fstat(fd, &st) != 0) {
        err_sys(e, "cannot read record %s", name);
        goto out;
    }
    if (fd < 0 || !S_ISREG(st.st_mode) || st.st_uid != geteuid() ||
        (st.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        err_set(e, ERR_TRUST, "record %s is not a plain file of uid %u that only it may write",
                name, (unsigned)geteuid());
        goto out;
    }
    text = fdio_read_all(fd, LAYOUT_MAX, name, e);
    if (text != NULL)
        rc = layout_parse(secret_str(text), secret_len(text), r, e);
    if (rc != 0 && e != NULL && e->code == ERR_LIMIT)
        e->code = ERR_FORMAT;
out:
    secret_free(text);
    fdio_close(fd);
    return rc;
}

int
store_set_aside(int state, uid_t uid, struct err *e)
{
    char name[16], aside[32];

    file_name(name, uid);
    for (int i = 0; i < ASIDE_MAX; i++) {
        (void)snprintf(aside, sizeof(aside), "%s.aside.%d", name, i);
        if (renameat2(state, name, state, aside, RENAME_NOREPLACE) == 0)
            return fsync(state) == 0 ? 0 : err_sys(e, "cannot sync the state folder");
        else if (errno != EEXIST)
            break;
    }
    return err_sys(e, "cannot set record %s aside", name);
}

int
store_remove(int state, uid_t uid, struct err *e)
{
    char name[16];

    file_name(name, uid);
    if (unlinkat(state, name, 0) != 0 && errno != ENOENT)
        return err_sys(e, "cannot remove record %s", name);
    return fsync(state) == 0 ? 0 : err_sys(e, "cannot sync the state folder");
}

int
store_open(const char *path, struct err *e)
{
    int fd = fdio_open_dir_trusted(path, FDIO_PRIVATE, e);

    if (fd < 0 && e != NULL && e->code == ERR_ABSENT)
        err_set(e, ERR_ABSENT, "%s does not exist; mend with: install -d -m 0700 %s", path, path);
    return fd;
}
