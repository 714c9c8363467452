/*
 * hold: where a password waits between its creation and the moment somebody has
 * read it: a key "iamlp:<uid>:<nonce>" of the kernel's keyring (core/keyring.h).
 *
 * HOLD-1  A hold is dropped (revoked) only after `done` is durable, or when it is
 *         certain that its password was never set.
 * HOLD-2  Kept credentials, which can be had again, make room for it.
 */
#ifndef IAMLP_CORE_HOLD_H
#define IAMLP_CORE_HOLD_H

#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/secret.h"

/* A place to hold passwords, given to the story as an argument. */
struct hold {
    /* Keep a copy for at most `seconds`. -1: ERR_LIMIT, ERR_SYSTEM with the mend. */
    int (*put)(uid_t uid, const char *nonce, const struct secret *password, int64_t seconds,
               struct err *e);
    /* A copy, the caller's to free. NULL: ERR_ABSENT when it is gone (reboot,
     * expiry, dropped), ERR_SYSTEM when the keyring cannot be used. */
    struct secret *(*get)(uid_t uid, const char *nonce, struct err *e);
    /* Forget it. Nothing to do when it is gone. */
    void (*drop)(uid_t uid, const char *nonce);
};

/* The kernel's keyring; needs effective uid 0. */
extern const struct hold hold_keyring;

#endif
