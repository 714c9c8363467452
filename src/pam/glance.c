#include "pam/glance.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fdio.h"
#include "state/due.h"
#include "state/layout.h"
#include "state/mark.h"

static struct glance
nothing(const char *why)
{
    return (struct glance){false, why};
}

static struct glance
helper(const char *why)
{
    return (struct glance){true, why};
}

/* ENOENT is the record's or the folder's. Only a login without a record pays for the second
 * look, which tells them apart. */
static struct glance
without_record(const char *state, int error)
{
    struct stat st;

    if (error == ENOTDIR)
        return nothing("no state directory");
    if (error != ENOENT)
        return helper("the record cannot be opened");
    if (fstatat(AT_FDCWD, state, &st, 0) != 0)
        return nothing("no state directory");
    return helper("no record");
}

static struct glance
by_mark(const struct glance_place *at, uid_t uid)
{
    char path[MARK_PATH_MAX];
    struct stat st;

    if (mark_path(at->run, uid, path, NULL) == 0 &&
        fstatat(AT_FDCWD, path, &st, AT_SYMLINK_NOFOLLOW) == 0)
        return nothing("marked");
    return helper("the mark is missing");
}

static struct glance
by_conf(const struct glance_place *at, const struct record *r)
{
    char now[FDIO_FINGERPRINT_MAX];
    struct stat st;

    fdio_fingerprint(fstatat(AT_FDCWD, at->conf, &st, AT_SYMLINK_NOFOLLOW) == 0 ? &st : NULL, now);
    return strcmp(now, r->fingerprint) == 0 ? nothing(record_phases[r->phase])
                                            : helper("the configuration has changed");
}

struct glance
glance_look(const struct glance_place *at, uid_t uid, const char *name, int64_t now, bool password)
{
    char path[MARK_PATH_MAX], text[LAYOUT_MAX + 1];
    struct record r;
    ssize_t len;
    int fd, n;

    n = snprintf(path, sizeof(path), "%s/%u", at->state, (unsigned)uid);
    if (n < 0 || (size_t)n >= sizeof(path))
        return nothing("no state directory");
    /* O_NONBLOCK: a FIFO in a record's place must not hold up a login. */
    fd = openat(AT_FDCWD, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return without_record(at->state, errno);
    len = read(fd, text, sizeof(text));
    fdio_close(fd);
    record_init(&r, uid);
    if (len < 0 || layout_parse(text, (size_t)len, &r, NULL) != 0)
        return helper("the record cannot be read");
    if (strcmp(r.name, name) != 0)
        return helper("the record is of another name");
    if (password && r.phase != RECORD_DONE && r.phase != RECORD_UNMAPPED)
        return helper(record_phases[r.phase]);
    switch (due_at_login(&r, now)) {
    case DUE_UNLESS_MARK:
        return by_mark(at, uid);
    case DUE_UNLESS_CONF:
        return by_conf(at, &r);
    case DUE_HELPER:
        break;
    }
    return helper(record_phases[r.phase]);
}
