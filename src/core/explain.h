/*
 * explain: why this user, why that name, what next; for `iamlp explain USER`.
 */
#ifndef IAMLP_CORE_EXPLAIN_H
#define IAMLP_CORE_EXPLAIN_H

#include "base/outcome.h"
#include "core/story.h"

/* Tell the client, fact by fact and without any network: which line of the
 * configuration decides, what the name becomes, what the record says, what the next
 * try would do, and how strong the password would be. Changes nothing. The world's
 * net, hold and random may be NULL. */
enum outcome explain_user(const struct story_world *w, const char *user);

#endif
