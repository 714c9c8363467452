/*
 * claim: a person at a terminal asks for their password. Private to core.
 *
 * CLAIM-1  Record and lock MUST be checked before anything of the client is waited for.
 */
#ifndef IAMLP_CORE_CLAIM_H
#define IAMLP_CORE_CLAIM_H

#include "core/step.h"

/* Map, lock and load; a login on this host must have made the record. */
enum step claim_allowed(struct story *s, uid_t uid);

/* Hear who asks (the snippet or the person) and say what follows. STEP_ON: the story. */
enum step claim_greet(struct story *s);

#endif
