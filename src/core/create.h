/*
 * create: what is true at IAM, and where nothing of ours is under way, what follows from
 * it. Private to core.
 */
#ifndef IAMLP_CORE_CREATE_H
#define IAMLP_CORE_CREATE_H

#include "core/step.h"

/* Ask IAM who this is: GetUser, then account, path and tag as configured. STEP_ON:
 * the user exists and is as required; the answer is in s->answer. */
enum step create_check_user(struct story *s, const char *event);

/* Nothing of ours is under way: ask what is true, ask the person, create. */
enum step create_fresh(struct story *s);

/* A profile that is not ours: `done how=exists`, said with its date. */
enum step create_exists(struct story *s);

/* A password that we made has been deleted since: `done how=removed`, said so. */
enum step create_gone(struct story *s);

/* Console access was taken away on purpose: `done how=removed`. */
enum step create_removed(struct story *s);

#endif
