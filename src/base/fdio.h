/*
 * fdio: files trusted by descriptor and written by rename.
 *
 * FDIO-1  A file MUST be judged by fstat of the descriptor it is read from.
 * FDIO-2  Every folder on the way MUST belong to root or the effective user and
 *         MUST NOT be writable by anybody else; a sticky folder (/tmp) is allowed
 *         on the way but not as the last one. The walk opens one component at a
 *         time without following links, so nothing can be exchanged behind it.
 * FDIO-3  Opening MUST NOT wait: a FIFO in a file's place is refused, not read.
 * FDIO-4  A file that others rely on MUST be replaced by rename after fsync, and
 *         the folder synced after it: readers see the old or the new, never half.
 */
#ifndef IAMLP_BASE_FDIO_H
#define IAMLP_BASE_FDIO_H

#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/secret.h"

#define FDIO_FINGERPRINT_MAX 64

enum fdio_privacy {
    FDIO_READABLE, /* others may read it */
    FDIO_PRIVATE,  /* others may not even read it: it holds keys */
};

/* Open the regular file `path` (absolute) for reading by the rules above; it
 * must belong to root or the effective user and not be writable by others.
 * Returns a close-on-exec descriptor or -1: ERR_ABSENT, ERR_TRUST (the sentence
 * names the component and the chmod or chown that mends it), ERR_LIMIT (the path), ERR_SYSTEM. */
int fdio_open_trusted(const char *path, enum fdio_privacy privacy, struct err *e);

/* Open the folder `path` (absolute) by the rules above; itself must not be
 * writable by others, and with FDIO_PRIVATE closed to them. Returns as fdio_open_trusted. */
int fdio_open_dir_trusted(const char *path, enum fdio_privacy privacy, struct err *e);

/* Read fd to its end, at most max bytes; what comes back is the caller's to free. NULL:
 * ERR_LIMIT, ERR_SYSTEM, ERR_MEMORY; `what` names the source in the sentence. */
struct secret *fdio_read_all(int fd, size_t max, const char *what, struct err *e);

/* Write all of data[0..len) to fd. -1 and errno: not all of it is there. */
int fdio_write_all(int fd, const void *data, size_t len);

/* Replace the file `name` in the folder by FDIO-4. The temporary file is
 * `name` + ".new", so two writers need a lock of their own. -1: ERR_SYSTEM, ERR_LIMIT (the name);
 * the old file is then still there, or, where only the sync of the folder failed, the
 * new one, which a power cut may still undo. */
int fdio_replace(int dirfd, const char *name, const void *data, size_t len, mode_t mode,
                 struct err *e);

/* As fdio_replace, for a file that others have made and still use: owner, group, mode,
 * access list and label are those of `old`, a descriptor of that file; `tmp` is the name
 * of the temporary file, which is overwritten. -1 also when one of these cannot be kept. */
int fdio_replace_like(int dirfd, const char *name, const char *tmp, int old, const void *data,
                      size_t len, struct err *e);

/* What tells this state of a file from its other states: "INODE-SIZE-MTIME.NS", or
 * "none" for st = NULL, a file that is not there. A hint: it can be forged. */
void fdio_fingerprint(const struct stat *st, char out[FDIO_FINGERPRINT_MAX]);

/* close(2) unless fd is negative; keeps errno. */
void fdio_close(int fd);

#endif
