/*
 * survey: what `iamlp check` wants to know of AWS, account by account. It only asks: nothing
 * in IAM, and no record of this host, is changed by it.
 *
 * SURVEY-1  Credentials MUST be got anew: with kept ones a source that has failed since
 *           would look well.
 */
#ifndef IAMLP_CORE_SURVEY_H
#define IAMLP_CORE_SURVEY_H

#include "base/outcome.h"
#include "core/story.h"

/* Look at the mapping and at every account that somebody is mapped to, and tell the client
 * each finding. The world's state and hold may be missing. */
enum outcome survey_run(const struct story_world *w);

#endif
