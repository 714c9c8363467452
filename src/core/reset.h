/*
 * reset: an operator gives somebody another password, with rights of their own; the host only
 * says for whom, and learns that it is so.
 *
 * RESET-1  While the operator is at it the user's lock MUST be held: a claim could show a
 *          password that is no longer good.
 * RESET-2  Before anything is changed the record MUST say, durably, that a password that was
 *          held here is lost: whatever ends the operator's program, no claim shows it.
 * RESET-3  It is done when the operator has the password; where nothing was changed the record
 *          is put back.
 */
#ifndef IAMLP_CORE_RESET_H
#define IAMLP_CORE_RESET_H

#include "core/step.h"

/* With the record loaded: ask, announce with the first yes; with the second it is done, and
 * what was held is dropped. */
enum step reset_record(struct story *s);

/* Where the user's lock is taken: what else an operator can do. */
enum step reset_locked(struct story *s);

#endif
