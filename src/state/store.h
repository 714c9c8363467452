/*
 * store: records on disk, STATE/<uid>.
 *
 * STORE-1  A record MUST be written by base/fdio's FDIO-4 and only by whoever holds
 *          the user's lock (state/lock.h), and read again after locking.
 * STORE-2  If a record cannot be written and synced, nothing MUST be asked of AWS
 *          and nothing sent.
 * STORE-3  A record that does not parse MUST NOT be acted upon: where its phase is
 *          intent or created, or cannot be read, it is set aside and nothing is
 *          created; otherwise it counts as absent.
 *
 * The file is root's, 0600; what is in it: state/layout.h.
 */
#ifndef IAMLP_STATE_STORE_H
#define IAMLP_STATE_STORE_H

#include <sys/types.h>

#include "base/err.h"
#include "state/record.h"

#define STORE_DIR "/var/lib/iamlp"

/* Open the state folder: root's (or the effective user's), 0700. Returns a
 * descriptor; -1: ERR_ABSENT, ERR_TRUST, the sentence with the mend. */
int store_open(const char *path, struct err *e);

/* Read STATE/<uid>. 0; -1: ERR_ABSENT; ERR_FORMAT or ERR_TRUST (does not parse, or
 * is not root's plain file): r->phase is then RECORD_INTENT unless another phase
 * could be read, by STORE-3; ERR_SYSTEM, ERR_MEMORY. */
int store_read(int state, uid_t uid, struct record *r, struct err *e);

/* Write STATE/<uid> durably. -1: ERR_LIMIT, ERR_MEMORY, ERR_SYSTEM; the old one stands, or, where
 * only the sync of the folder failed, the new one, which a power cut may still undo. */
int store_write(int state, const struct record *r, struct err *e);

/* Rename STATE/<uid> to the first free of STATE/<uid>.aside.0, .aside.1, ... -1: ERR_ABSENT,
 * ERR_SYSTEM. */
int store_set_aside(int state, uid_t uid, struct err *e);

/* Take STATE/<uid> away, durably; nothing to do where it is not there. -1: ERR_SYSTEM,
 * and a power cut may bring it back. */
int store_remove(int state, uid_t uid, struct err *e);

#endif
