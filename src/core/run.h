/*
 * run: the loop of a story, from the record's phase to an end. Private to core.
 */
#ifndef IAMLP_CORE_RUN_H
#define IAMLP_CORE_RUN_H

#include "core/step.h"

/* With the record loaded: take one step after the other until the story has ended. */
enum step run_story(struct story *s);

#endif
