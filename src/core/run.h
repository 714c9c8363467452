/*
 * run: the loop of a story, from the record's phase to an end. Private to core.
 */
#ifndef IAMLP_CORE_RUN_H
#define IAMLP_CORE_RUN_H

#include "core/step.h"

/* May this hook ask AWS now (BREAKER-1)? If so the story's deadline is that of BREAKER-3. */
bool run_allowed(struct story *s);

/* With the record loaded: take one step after the other until the story has ended. */
enum step run_story(struct story *s);

#endif
