/*
 * choose: passwords that a person has chosen: at a claim with source = ask, or in the
 * password stack. Private to core.
 *
 * CHOOSE-1  A chosen password MUST never be held or shown: its owner knows it.
 */
#ifndef IAMLP_CORE_CHOOSE_H
#define IAMLP_CORE_CHOOSE_H

#include "core/step.h"

/* Have the person choose, until the account's policy is met or they have tried often
 * enough. `why` says what was wrong before, or is NULL. STEP_ON: it is in s->password. */
enum step choose_password(struct story *s, const char *why);

/* IAM's policy refused what was typed: once more at a claim, else the end. */
enum step choose_refused(struct story *s, enum record_call call);

/* What IAM takes at all, before any policy. -1: ERR_FORMAT, the sentence for the person. */
int choose_possible(const struct secret *password, struct err *e);

#endif
