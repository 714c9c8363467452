#include "base/fdio.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

static const mode_t others_write = S_IWGRP | S_IWOTH;

static bool
owned(const struct stat *st)
{
    return st->st_uid == 0 || st->st_uid == geteuid();
}

/* Judge one component. `shown` is the path so far, for the sentence. */
static int
judge(const struct stat *st, const char *shown, mode_t forbidden, bool sticky_ok, struct err *e)
{
    if (!owned(st))
        return err_set(e, ERR_TRUST, "%s belongs to uid %u; mend with: chown root %s", shown,
                       (unsigned)st->st_uid, shown);
    if ((st->st_mode & forbidden) != 0 && !(sticky_ok && (st->st_mode & S_ISVTX) != 0))
        return err_set(e, ERR_TRUST, "%s has mode %04o; mend with: chmod %s %s", shown,
                       (unsigned)(st->st_mode & 07777),
                       (forbidden & S_IROTH) != 0 ? "go-rwx" : "go-w", shown);
    return 0;
}

/* Say why openat() of a component failed. */
static int
explain_open(const char *shown, struct err *e)
{
    if (errno == ELOOP)
        return err_set(e, ERR_TRUST, "%s is a symbolic link; write the path it leads to", shown);
    if (errno == ENXIO)
        return err_set(e, ERR_TRUST, "%s is a socket, not a regular file", shown);
    if (errno == ENOTDIR)
        return err_set(e, ERR_TRUST,
                       "%s is not a folder, or is a symbolic link; write the path it leads to",
                       shown);
    return err_sys(e, "%s", shown);
}

/* Walk to the folder that holds the last component, which may be a sticky one
 * where `sticky_end` says so. Returns its descriptor, and the last component's
 * place in path. */
static int
walk(const char *path, bool sticky_end, const char **last, struct err *e)
{
    char shown[PATH_MAX] = "/";
    struct stat st;
    const char *p = path;
    int dir, next;

    if (path[0] != '/')
        return err_set(e, ERR_TRUST, "%s: must be an absolute path", path);
    if (strlen(path) >= sizeof(shown))
        return err_set(e, ERR_LIMIT, "%.64s...: the path is too long", path);
    dir = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return err_sys(e, "/");
    for (;;) {
        size_t n;

        while (*p == '/')
            p++;
        n = strcspn(p, "/");
        if (n == 0) {
            err_set(e, ERR_TRUST, "%s: must not end with a slash", path);
            goto fail;
        }
        if ((n == 1 && p[0] == '.') || (n == 2 && p[0] == '.' && p[1] == '.')) {
            err_set(e, ERR_TRUST, "%s: must not contain . or ..", path);
            goto fail;
        }
        if (fstat(dir, &st) != 0) {
            err_sys(e, "%s", shown);
            goto fail;
        }
        if (judge(&st, shown, others_write, sticky_end || p[n] != '\0', e) != 0)
            goto fail;
        if (p[n] == '\0') {
            *last = p;
            return dir;
        }
        (void)snprintf(shown, sizeof(shown), "%.*s", (int)n, p);
        next = openat(dir, shown, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        (void)snprintf(shown, sizeof(shown), "%.*s", (int)(p + n - path), path);
        if (next < 0) {
            explain_open(shown, e);
            goto fail;
        }
        fdio_close(dir);
        dir = next;
        p += n;
    }
fail:
    fdio_close(dir);
    return -1;
}

static int
open_trusted(const char *path, int flags, mode_t type, enum fdio_privacy privacy, struct err *e)
{
    const char *last = NULL;
    struct stat st;
    int dir, fd;

    /* A file in a sticky folder is refused; a folder in one is on the way itself. */
    dir = walk(path, type == S_IFDIR, &last, e);
    if (dir < 0)
        return -1;
    fd = openat(dir, last, flags | O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) {
        explain_open(path, e);
        goto out;
    }
    if (fstat(fd, &st) != 0)
        err_sys(e, "%s", path);
    else if ((st.st_mode & S_IFMT) != type)
        err_set(e, ERR_TRUST, "%s is not a regular file", path);
    else if (judge(&st, path, privacy == FDIO_PRIVATE ? S_IRWXG | S_IRWXO : others_write, false,
                   e) == 0)
        goto out;
    fdio_close(fd);
    fd = -1;
out:
    fdio_close(dir);
    return fd;
}

int
fdio_open_trusted(const char *path, enum fdio_privacy privacy, struct err *e)
{
    return open_trusted(path, 0, S_IFREG, privacy, e);
}

int
fdio_open_dir_trusted(const char *path, enum fdio_privacy privacy, struct err *e)
{
    return open_trusted(path, O_DIRECTORY, S_IFDIR, privacy, e);
}

struct secret *
fdio_read_all(int fd, size_t max, const char *what, struct err *e)
{
    struct secret *s = secret_new(max + 1, e);
    size_t room, chunk = 4096;

    if (s == NULL)
        return NULL;
    while ((room = max + 1 - secret_len(s)) > 0) {
        size_t want = room < chunk ? room : chunk, before = secret_len(s);
        char *p = secret_extend(s, want, e);
        ssize_t n;

        if (p == NULL)
            goto fail;
        do
            n = read(fd, p, want);
        while (n < 0 && errno == EINTR);
        if (n < 0) {
            err_sys(e, "%s", what);
            goto fail;
        }
        secret_truncate(s, before + (size_t)n);
        if (n == 0)
            return s;
    }
    err_set(e, ERR_LIMIT, "%s: larger than %zu bytes", what, max);
fail:
    secret_free(s);
    return NULL;
}

int
fdio_write_all(int fd, const void *data, size_t len)
{
    const char *p = data;

    while (len > 0) {
        ssize_t n = write(fd, p, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0) {
            errno = EIO;
            return -1;
        }
        p += n;
        len -= (size_t)n;
    }
    return 0;
}

/* Copy the access list, the label and what else a file has beside its bytes. */
static int
copy_attributes(int from, int to)
{
    char names[4096], value[4096];
    ssize_t len = flistxattr(from, names, sizeof(names)), n;

    if (len < 0)
        return errno == ENOTSUP ? 0 : -1;
    for (const char *p = names; p < names + len; p += strlen(p) + 1) {
        /* The kernel makes these two of a file's content. */
        if (strcmp(p, "security.ima") == 0 || strcmp(p, "security.evm") == 0)
            continue;
        n = fgetxattr(from, p, value, sizeof(value));
        if (n < 0 || fsetxattr(to, p, value, (size_t)n, 0) != 0)
            return -1;
    }
    return 0;
}

static int
become_like(int fd, int old)
{
    struct stat st;

    if (fstat(old, &st) != 0 || fchown(fd, st.st_uid, st.st_gid) != 0 ||
        fchmod(fd, st.st_mode & 07777) != 0)
        return -1;
    return copy_attributes(old, fd);
}

/* The file gets the mode, or, with old >= 0, all that this one has. */
static int
replace(int dirfd, const char *name, const char *tmp, int old, const void *data, size_t len,
        mode_t mode, struct err *e)
{
    int fd = -1;

    /* What an earlier writer left when it was killed. */
    if (unlinkat(dirfd, tmp, 0) != 0 && errno != ENOENT)
        return err_sys(e, "cannot remove %s", tmp);
    fd = openat(dirfd, tmp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                old < 0 ? mode : 0600);
    if (fd < 0)
        return err_sys(e, "cannot create %s", tmp);
    /* fchmod: the umask is the caller's business, the mode of this file is ours. */
    if ((old < 0 ? fchmod(fd, mode) : become_like(fd, old)) != 0 ||
        fdio_write_all(fd, data, len) != 0 || fsync(fd) != 0)
        goto fail;
    if (close(fd) != 0) {
        fd = -1;
        goto fail;
    }
    fd = -1;
    if (renameat(dirfd, tmp, dirfd, name) != 0)
        goto fail;
    if (fsync(dirfd) != 0)
        return err_sys(e, "cannot sync the folder of %s", name);
    return 0;
fail:
    err_sys(e, "cannot write %s", name);
    fdio_close(fd);
    (void)unlinkat(dirfd, tmp, 0);
    return -1;
}

int
fdio_replace(int dirfd, const char *name, const void *data, size_t len, mode_t mode, struct err *e)
{
    char tmp[NAME_MAX + 1];

    if ((size_t)snprintf(tmp, sizeof(tmp), "%s.new", name) >= sizeof(tmp))
        return err_set(e, ERR_LIMIT, "%s: the name is too long", name);
    return replace(dirfd, name, tmp, -1, data, len, mode, e);
}

int
fdio_replace_like(int dirfd, const char *name, const char *tmp, int old, const void *data,
                  size_t len, struct err *e)
{
    return replace(dirfd, name, tmp, old, data, len, 0, e);
}

void
fdio_fingerprint(const struct stat *st, char out[FDIO_FINGERPRINT_MAX])
{
    if (st == NULL)
        (void)snprintf(out, FDIO_FINGERPRINT_MAX, "none");
    else
        (void)snprintf(out, FDIO_FINGERPRINT_MAX, "%llu-%lld-%lld.%09ld",
                       (unsigned long long)st->st_ino, (long long)st->st_size,
                       (long long)st->st_mtim.tv_sec, st->st_mtim.tv_nsec);
}

void
fdio_close(int fd)
{
    int saved = errno;

    if (fd >= 0)
        (void)close(fd);
    errno = saved;
}
