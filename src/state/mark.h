/*
 * mark: RUN/pending/<uid>, by which a shell knows without asking anybody that there is
 * something to claim.
 *
 * MARK-1  A mark MUST be written by whoever holds the user's lock, and authorises
 *         nothing: the record does.
 * MARK-2  It exists exactly when due_at_claim() says so of the record and shell = off
 *         does not stand in the configuration. It is lost with a reboot and made again
 *         at the next login.
 * MARK-3  RUN and RUN/pending are root's, 0755; a mark is root's, 0644, empty.
 */
#ifndef IAMLP_STATE_MARK_H
#define IAMLP_STATE_MARK_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

#define MARK_RUN "/run/iamlp"

enum {
    MARK_PATH_MAX = 4096 /* bytes with the final NUL */
};

/* Write RUN/pending/<uid> into path. -1: ERR_LIMIT. */
int mark_path(const char *run, uid_t uid, char path[MARK_PATH_MAX], struct err *e);

/* Make the mark, and the folders where they are missing, or take it away; nothing to
 * do where it is so already. -1: ERR_TRUST (a folder that is not root's alone; the
 * sentence has the mend), ERR_SYSTEM. */
int mark_set(const char *run, uid_t uid, bool wanted, struct err *e);

#endif
