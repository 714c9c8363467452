/*
 * lock: one story at a time for each user of this host.
 *
 * LOCK-1  The lock is flock(2) on STATE/lock/<uid>, a file that MUST never be
 *         renamed or unlinked: a lock on a replaced file is held twice.
 * LOCK-2  It is taken without waiting, and held until the story ends; the kernel
 *         lets go of it when the process dies.
 */
#ifndef IAMLP_STATE_LOCK_H
#define IAMLP_STATE_LOCK_H

#include <sys/types.h>

#include "base/err.h"

/* Take the lock; makes STATE/lock (0700) when it is missing. Returns the descriptor
 * that holds it; -1: ERR_BUSY when somebody else holds it, ERR_TRUST, ERR_SYSTEM. */
int lock_take(int state, uid_t uid, struct err *e);

/* The lock of the breaker's file, STATE/lock/breaker. -1: it cannot be had now. */
int lock_breaker(int state);

/* Let go. */
void lock_release(int lock);

#endif
