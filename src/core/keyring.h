/*
 * keyring: secrets in the kernel's memory, for root alone. In this order and no other,
 * because everything else was measured to fail between sshd and a systemd service:
 *
 * KEYRING-1  Link @u into @p, so that the key can be worked on; add a `user` key into @p;
 *            only then set its permissions; set its timeout; link it into @u, where
 *            every later process of root finds it.
 * KEYRING-2  The permissions MUST be 0x003f0000: all to the owning uid 0, nothing to a
 *            possessor, since pam_keyinit hands root's keyring on to `su nobody`.
 * KEYRING-3  Such a possessor may put keys of its own into @u: only one that KEYCTL_DESCRIBE
 *            calls uid 0's, with exactly these permissions, MUST be believed. Its owner
 *            cannot be forged, and nobody else can change one.
 *
 * A kernel key is never on a disk, never swapped, and expires by itself. Any process of
 * uid 0 on this host can read it. Needs effective uid 0.
 */
#ifndef IAMLP_CORE_KEYRING_H
#define IAMLP_CORE_KEYRING_H

#include <stdint.h>

#include "base/err.h"
#include "base/secret.h"

#define KEYRING_NAME_MAX 4095 /* bytes of a description */

/* Keep a copy under that description for at most `seconds`; a key of the same
 * description is replaced. -1: ERR_LIMIT (uid 0's quota, which is small where root is a
 * user namespace's), ERR_SYSTEM; the sentence without a subject. */
int keyring_put(const char *name, const struct secret *secret, int64_t seconds, struct err *e);

/* A copy of at most `max` bytes, the caller's to free. NULL: ERR_ABSENT (none, expired,
 * dropped, or somebody else's, which is taken out of @u), ERR_LIMIT, ERR_SYSTEM,
 * ERR_MEMORY. */
struct secret *keyring_get(const char *name, size_t max, struct err *e);

/* Forget it. Nothing to do when it is gone. */
void keyring_drop(const char *name);

/* Forget each one whose description begins so, as far as they are in uid 0's keyring. */
void keyring_drop_all(const char *beginning);

#endif
