/*
 * pamdir: the service files under /etc/pam.d, and how one of them is replaced.
 *
 * PAMDIR-1  Only a plain file that belongs to root and that nobody else may write MUST
 *           be changed; a link is somebody's tool at work.
 * PAMDIR-2  A change MUST be there in whole or not at all, whenever the power goes, with
 *           the owner, mode, access list and label the file had.
 */
#ifndef IAMLP_PAMD_PAMDIR_H
#define IAMLP_PAMD_PAMDIR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "pamd/pamd.h"

#define PAMDIR_PATH "/etc/pam.d"

enum {
    PAMDIR_NAME_MAX = 256, /* of any file, with the NUL */
};

/* A service file, open. */
struct pamdir_file {
    int fd;
    char path[sizeof(PAMDIR_PATH) + 1 + PAMDIR_NAME_MAX];
    const char *name; /* in path */
    struct buf text;
};

/* Is it a name of a service, as libpam could ask for it? -1: ERR_FORMAT, the sentence. */
int pamdir_name(const char *name, struct err *e);

/* The folder, and what keeps others of us out of it. */
struct pamdir {
    int dir;
    int lock; /* -1: the file system is read-only */
};

/* Open and lock it: two that write one temporary file would rename half of it. The lock is a
 * file of its own, which root alone can open: whoever may read the folder could lock that for as
 * long as they like, and keep root from taking a line out. A folder on a read-only file system
 * stays unlocked: nobody writes there, and whoever has nothing to change need not fail. -1:
 * ERR_ABSENT, ERR_TRUST, ERR_BUSY, ERR_SYSTEM; nothing is open then. */
int pamdir_open(struct pamdir *d, struct err *e);

/* Let go, and leave nothing there; nothing to do where pamdir_open has failed. */
void pamdir_shut(struct pamdir *d);

/* Open and read the file of that name, which has no slash. -1: ERR_ABSENT, ERR_TRUST, ERR_LIMIT,
 * ERR_SYSTEM, the sentence with the mend; f is then closed. */
int pamdir_read(struct pamdir_file *f, const char *name, struct err *e);

/* Can a file be replaced? -1: ERR_SYSTEM, the file system is read-only. */
int pamdir_writable(const struct pamdir *d, struct err *e);

/* Replace the file's content. -1: ERR_BUSY when somebody else has just changed it,
 * ERR_SYSTEM. */
int pamdir_replace(const struct pamdir *d, const struct pamdir_file *f, const char *text,
                   size_t len, struct err *e);

void pamdir_close(struct pamdir_file *f);

/* Append to text the file that libpam reads where a line includes `name`: the vendor's
 * folders are looked into as well, and links followed. For struct stack_source. */
int pamdir_load(void *unused, const char *name, struct buf *text, struct err *e);

/* Told of a file: its path, the name in it, its text. Other than 0 ends the walk. */
typedef int pamdir_visit(void *arg, const char *path, const char *name, const struct buf *text);

/* Tell `each` of every readable file in the folder, and then in the vendors', in the order of
 * their names: services and what they may include, whatever its name, but neither hidden files
 * nor copies that tools and people leave (.dpkg-old, .rpmsave, .bak). Returns what ended the walk,
 * else 0; -1: ERR_SYSTEM. */
int pamdir_each(bool vendors, pamdir_visit *each, void *arg, struct err *e);

/* Does another file include this service's lines of that type, by its name or by a link? 1, and
 * the first that does; 0; -1: ERR_SYSTEM. */
int pamdir_includer(const char *service, enum pamd_type type, char includer[PAMDIR_NAME_MAX],
                    struct err *e);

#endif
