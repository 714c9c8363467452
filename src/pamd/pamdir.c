#include "pamd/pamdir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fdio.h"

enum {
    SERVICE_MAX = 64,
};

#define LOCK_NAME ".iamlp-lock" /* of which libpam is never asked */

/* Where libpam looks, in its order; which of the vendor's it knows differs. */
static const char *const folders[] = {PAMDIR_PATH, "/usr/lib/pam.d", "/usr/etc/pam.d"};

int
pamdir_name(const char *name, struct err *e)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_.+-";

    if (name[0] == '\0' || name[0] == '.' || name[0] == '-' || strlen(name) >= SERVICE_MAX ||
        name[strspn(name, letters)] != '\0')
        return err_set(e, ERR_FORMAT,
                       "this is no name of a PAM service: give the name of a file in " PAMDIR_PATH
                       ", in lower case, such as sshd");
    return 0;
}

/* Locked, and still the file of that name: whoever had it before may have removed it. */
static bool
is_locked(int dir, int lock)
{
    struct stat a, b;

    return flock(lock, LOCK_EX | LOCK_NB) == 0 && fstat(lock, &a) == 0 &&
           fstatat(dir, LOCK_NAME, &b, AT_SYMLINK_NOFOLLOW) == 0 && a.st_ino == b.st_ino;
}

int
pamdir_open(struct pamdir *d, struct err *e)
{
    *d = (struct pamdir){-1, -1};
    d->dir = fdio_open_dir_trusted(PAMDIR_PATH, FDIO_READABLE, e);
    if (d->dir < 0)
        return -1;
    d->lock = openat(d->dir, LOCK_NAME, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (d->lock < 0 && errno == EROFS)
        return 0;
    if (d->lock < 0)
        err_sys(e, PAMDIR_PATH "/" LOCK_NAME);
    else if (!is_locked(d->dir, d->lock))
        err_set(e, ERR_BUSY, "another iamlp is at work in " PAMDIR_PATH "; try again");
    else
        return 0;
    fdio_close(d->lock);
    d->lock = -1;
    pamdir_shut(d);
    return -1;
}

void
pamdir_shut(struct pamdir *d)
{
    if (d->lock >= 0)
        (void)unlinkat(d->dir, LOCK_NAME, 0);
    fdio_close(d->lock);
    fdio_close(d->dir);
    *d = (struct pamdir){-1, -1};
}

/* Append the open file to text. */
static int
slurp(int fd, const char *path, struct buf *text, struct err *e)
{
    struct secret *s = fdio_read_all(fd, PAMD_TEXT_MAX, path, e);

    if (s == NULL)
        return -1;
    buf_add(text, secret_str(s), secret_len(s));
    secret_free(s);
    return buf_check(text, path, e);
}

/* Is the path neither missing, where a vendor's folder may have the file, nor a link, which leads
 * to the file of another tool? */
static int
look(const char *path, const char *name, struct err *e)
{
    char target[PATH_MAX], other[PATH_MAX];
    struct stat st;
    ssize_t n;

    if (lstat(path, &st) != 0 && errno == ENOENT) {
        for (size_t i = 1; i < sizeof(folders) / sizeof(folders[0]); i++) {
            (void)snprintf(other, sizeof(other), "%s/%s", folders[i], name);
            if (stat(other, &st) == 0)
                return err_set(e, ERR_ABSENT,
                               "%s is the vendor's and changes with updates; take a copy of "
                               "your own first: cp %s %s",
                               other, other, path);
        }
        return err_set(e, ERR_ABSENT, "there is no service %s: no file %s", name, path);
    }
    n = readlink(path, target, sizeof(target) - 1);
    if (n < 0)
        return 0;
    target[n] = '\0';
    return err_set(e, ERR_TRUST,
                   "%s is a symbolic link to %s, so another tool (authselect?) writes it; add "
                   "the line in that tool, or put a plain file in the link's place",
                   path, target);
}

int
pamdir_read(struct pamdir_file *f, const char *name, struct err *e)
{
    f->fd = -1;
    buf_init(&f->text, PAMD_TEXT_MAX);
    (void)snprintf(f->path, sizeof(f->path), PAMDIR_PATH "/%s", name);
    f->name = f->path + sizeof(PAMDIR_PATH);
    if (look(f->path, name, e) != 0)
        return -1;
    f->fd = fdio_open_trusted(f->path, FDIO_READABLE, e);
    if (f->fd >= 0 && slurp(f->fd, f->path, &f->text, e) == 0)
        return 0;
    pamdir_close(f);
    return -1;
}

/* Is the name still the file that was read, as it was? */
static bool
unchanged(int dir, const struct pamdir_file *f)
{
    struct stat a, b;

    return fstat(f->fd, &a) == 0 && fstatat(dir, f->name, &b, AT_SYMLINK_NOFOLLOW) == 0 &&
           a.st_ino == b.st_ino && a.st_dev == b.st_dev && a.st_size == b.st_size &&
           (size_t)a.st_size == f->text.len && a.st_ctim.tv_sec == b.st_ctim.tv_sec &&
           a.st_ctim.tv_nsec == b.st_ctim.tv_nsec;
}

int
pamdir_writable(const struct pamdir *d, struct err *e)
{
    if (d->lock >= 0)
        return 0;
    errno = EROFS;
    return err_sys(e, PAMDIR_PATH);
}

int
pamdir_replace(const struct pamdir *d, const struct pamdir_file *f, const char *text, size_t len,
               struct err *e)
{
    char tmp[PAMDIR_NAME_MAX + 16];

    if (pamdir_writable(d, e) != 0)
        return -1;
    if (!unchanged(d->dir, f))
        return err_set(e, ERR_BUSY, "somebody has just changed %s; try again", f->path);
    /* Not the name of a service, nor one that an administrator's copy would have. */
    (void)snprintf(tmp, sizeof(tmp), ".%s.iamlp-new", f->name);
    return fdio_replace_like(d->dir, f->name, tmp, f->fd, text, len, e);
}

void
pamdir_close(struct pamdir_file *f)
{
    fdio_close(f->fd);
    f->fd = -1;
    buf_free(&f->text);
}

/* Read the regular file at path, links followed. 1: it is not there. */
static int
read_plain(const char *path, struct buf *text, struct err *e)
{
    struct stat st;
    int rc = -1, fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

    if (fd < 0)
        return errno == ENOENT ? 1 : err_sys(e, "%s", path);
    if (fstat(fd, &st) != 0)
        err_sys(e, "%s", path);
    else if (!S_ISREG(st.st_mode))
        err_set(e, ERR_TRUST, "%s is not a regular file", path);
    else
        rc = slurp(fd, path, text, e);
    fdio_close(fd);
    return rc;
}

int
pamdir_load(void *unused, const char *name, struct buf *text, struct err *e)
{
    char path[PATH_MAX];
    int rc = 1;

    (void)unused;
    if (name[0] == '/')
        rc = read_plain(name, text, e);
    for (size_t i = 0; name[0] != '/' && rc == 1 && i < sizeof(folders) / sizeof(folders[0]); i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", folders[i], name);
        rc = read_plain(path, text, e);
    }
    return rc != 1 ? rc : err_set(e, ERR_ABSENT, "libpam finds no file %s", name);
}

/* May libpam come to it, as a service or by what that includes? */
static int
counts(const struct dirent *d)
{
    static const char *const copies[] = {"*~",      "*.bak",  "*.orig", "*.dpkg-*",
                                         "*.ucf-*", "*.rpm*", ".*"};

    for (size_t i = 0; i < sizeof(copies) / sizeof(copies[0]); i++)
        if (fnmatch(copies[i], d->d_name, 0) == 0)
            return 0;
    return 1;
}

static int
each_in(const char *folder, pamdir_visit *each, void *arg, struct err *e)
{
    struct dirent **names = NULL;
    int count = scandir(folder, &names, counts, alphasort), rc = 0;

    if (count < 0)
        return errno == ENOENT ? 0 : err_sys(e, "%s", folder);
    for (int i = 0; i < count; i++) {
        char path[PATH_MAX];
        struct buf text;

        buf_init(&text, PAMD_TEXT_MAX);
        (void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
        if (rc == 0 && read_plain(path, &text, NULL) == 0)
            rc = each(arg, path, names[i]->d_name, &text);
        buf_free(&text);
        free(names[i]);
    }
    free(names);
    return rc;
}

int
pamdir_each(bool vendors, pamdir_visit *each, void *arg, struct err *e)
{
    size_t count = vendors ? sizeof(folders) / sizeof(folders[0]) : 1;
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = each_in(folders[i], each, arg, e);
    return rc;
}

struct search {
    const struct stat *service;
    enum pamd_type type;
    char *includer;
};

/* The file that libpam reads where a line includes `name`. */
static bool
find(const char *name, struct stat *st)
{
    char path[PATH_MAX];

    if (name[0] == '/')
        return stat(name, st) == 0;
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", folders[i], name);
        if (stat(path, st) == 0)
            return true;
    }
    return false;
}

static int
search_one(void *arg, const char *path, const char *name, const struct buf *text)
{
    const struct search *s = arg;
    struct stat st;
    struct pamd_reader reader;
    struct pamd_line line;
    int rc;

    (void)path;
    pamd_begin(&reader, name, buf_str(text), text->len);
    while ((rc = pamd_next(&reader, &line, NULL)) != 0) {
        if (rc < 0 || line.kind == PAMD_CALL || (line.type != s->type && line.type != PAMD_ANY))
            continue;
        if (find(line.target, &st) && st.st_dev == s->service->st_dev &&
            st.st_ino == s->service->st_ino) {
            (void)snprintf(s->includer, PAMDIR_NAME_MAX, "%s", name);
            return 1;
        }
    }
    return 0;
}

int
pamdir_includer(const char *service, enum pamd_type type, char includer[PAMDIR_NAME_MAX],
                struct err *e)
{
    struct stat st;
    struct search s = {&st, type, includer};

    if (!find(service, &st))
        return 0;
    return pamdir_each(true, search_one, &s, e);
}
