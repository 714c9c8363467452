/*
 * recover: the step out of `intent`, when a create was sent and its answer is not
 * known. Private to core.
 */
#ifndef IAMLP_CORE_RECOVER_H
#define IAMLP_CORE_RECOVER_H

#include "core/step.h"

/* Ask what is true now and go on: create again with the held password, show what is
 * probably ours, or leave alone what is not. Once a story. */
enum step recover_intent(struct story *s);

/* From `lost`, with reissue = yes: set a new password if the profile is still the one
 * that we made. */
enum step recover_reissue(struct story *s);

#endif
