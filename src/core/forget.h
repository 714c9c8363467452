/*
 * forget: the operator's word that a record's story is over, as after somebody was hired again.
 *
 * FORGET-1  What is under way (intent, created) or cannot be read may stand for a password
 *           that is in force and that nobody has seen: it MUST NOT be forgotten unless forced.
 * FORGET-2  The record MUST be gone durably before the hold is dropped, or a power cut would
 *           leave one that names a password which is lost.
 */
#ifndef IAMLP_CORE_FORGET_H
#define IAMLP_CORE_FORGET_H

#include "core/step.h"

/* Find the local account, or where there is none any more the record of that uid. */
enum step forget_find(struct story *s, const char *user);

/* With the lock held: take the record and its hold away. */
enum step forget_record(struct story *s, bool force);

#endif
