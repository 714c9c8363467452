/*
 * attempt: one try: consent, password, hold, durable intent, the call, and what came of
 * it. Private to core.
 */
#ifndef IAMLP_CORE_ATTEMPT_H
#define IAMLP_CORE_ATTEMPT_H

#include "core/step.h"

/* Send one create (or, for a reissue, update) with the password of this try, made or
 * chosen when there is none. STEP_ON: the record says how it goes on. */
enum step attempt_make(struct story *s, enum record_call call);

#endif
