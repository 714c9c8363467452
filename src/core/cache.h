/*
 * cache: credentials between runs, so that a login asks IMDS and STS only when it must.
 *
 * CACHE-1  Kept in the kernel's keyring (core/keyring.h), never in a file.
 * CACHE-2  What is kept belongs to one configuration: its fingerprint, and that of the
 *          shared files, is part of every name. A role's session belongs to account
 *          section, role and source identity too: one person's session never serves
 *          another where CloudTrail tells them apart.
 * CACHE-3  Root looks at form and expiry alone, which is a day ahead at the most; whether
 *          keys are still good is judged by iamlp-net (cred/cred.h). Where there is no
 *          keyring nothing is kept, and that is no fault.
 * CACHE-4  A session of one person's is kept, too: a claim after a login that failed has it.
 *          Where root is a container's, a dozen of them are all that its quota of keys
 *          holds; so whatever is kept makes room for a password (core/hold.h).
 */
#ifndef IAMLP_CORE_CACHE_H
#define IAMLP_CORE_CACHE_H

#include <stdbool.h>

#include "core/ask.h"
#include "wire/kept.h"

/* Do these questions go with a session of this user's own, which serves nobody else? */
bool cache_personal(const struct ask *a);

/* Add to a START what is kept for it: WIRE_F_BASE, WIRE_F_ROLE, WIRE_F_CALLER. */
void cache_put(const struct ask *a, struct frame *start);

/* Forget the credentials: they may be what is wrong. */
void cache_drop(const struct ask *a);

/* Forget everything, of whatever configuration and user (CACHE-4). */
void cache_clear(void);

/* Take from an answer what is worth keeping, and forget what it says is revoked. */
void cache_take(const struct ask *a, const struct frame *answer);

#endif
