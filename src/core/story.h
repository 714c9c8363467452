/*
 * story: from a local user to a password that somebody has read.
 *
 * STORY-1  In this order: lock, record read again, what is true at IAM, the person's
 *          consent, password, hold, `intent` durable, the call, `created` durable,
 *          shown, confirmed, `done` durable, hold dropped. A story that ends anywhere
 *          leaves a record from which the next one goes on.
 * STORY-2  Only a 200 to our own create proves that a login profile is ours. One
 *          whose CreateDate falls into an unanswered try of ours is probably ours, is
 *          said to be so, and is never reset by us.
 * STORY-3  Whoever has a login profile, or had one taken away, MUST be left alone.
 * STORY-4  The same password goes with every retry of one try; a new password is a
 *          new try with its own durable intent.
 */
#ifndef IAMLP_CORE_STORY_H
#define IAMLP_CORE_STORY_H

#include "base/clock.h"
#include "base/outcome.h"
#include "conf/conf.h"
#include "core/ask.h"
#include "core/client.h"
#include "core/hold.h"
#include "pwgen/pwgen.h"

/* All that a story gets from outside. Nothing is owned. */
struct story_world {
    const struct conf *conf;
    const struct clock *clock;
    pwgen_random *random;
    const struct hold *hold;
    const struct ask_starter *net;
    struct client *client;
    int state;           /* the state folder (state/store.h) */
    const char *machine; /* machine-id, or "none" */
    int timeout_ms;      /* of one question to AWS */
};

/* The operator's story of `iamlp provision USER`: needs no login before; shows the
 * password to the operator. Tells the client how it ended, logs it, returns it. */
enum outcome story_provision(const struct story_world *w, const char *user);

#endif
