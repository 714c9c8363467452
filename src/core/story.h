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
#include "core/spare.h"
#include "pwgen/pwgen.h"

/* All that a story gets from outside. Nothing is owned. */
struct story_world {
    const struct conf *conf; /* NULL: it cannot be used; only hooks begin without one */
    const char *conf_fault;  /* why */
    const char *fingerprint; /* of the configuration's file, usable or not */
    const struct clock *clock;
    pwgen_random *random;
    const struct hold *hold;
    const struct ask_starter *net;
    struct spare *spare; /* NULL: each story has an iamlp-net of its own */
    struct client *client;
    bool simulate;       /* could who would get a password change it? (core/mfa.h) */
    int state;           /* the state folder (state/store.h) */
    const char *run;     /* where marks are (state/mark.h) */
    const char *machine; /* machine-id, or "none" */
    int timeout_ms;      /* of one question to AWS */
    int64_t deadline;    /* of the whole story, on the monotonic clock; INT64_MAX: none */
};

/* What a hook knows of the login, from channel 3. */
struct story_login {
    const char *user;
    const char *service;
    const char *rhost; /* "" where the host did not say */
};

/* The operator's story of `iamlp provision USER`: needs no login before; shows the
 * password to the operator. Tells the client how it ended, logs it, returns it. */
enum outcome story_provision(const struct story_world *w, const char *user);

/* The stories of `iamlp provision` of many, which nobody is asked about. Each tells the
 * client how it ended with a client_report.
 *
 * By the configuration alone: pending where it serves the user, or a password is under
 * way that was begun when it did. */
enum outcome story_map(const struct story_world *w, const char *user);

/* As far as AWS can be asked without changing anything, here or there. */
enum outcome story_plan(const struct story_world *w, const char *user);

/* As story_provision; what is shown goes to a program, and to nobody with `hold = none`,
 * under which a password that it did not take would be lost. */
enum outcome story_bulk(const struct story_world *w, const char *user);

/* The operator's story of `iamlp forget USER`: this host's record, mark and hold of that user,
 * or of that uid, go (core/forget.h); what is in IAM stays. Ends as story_provision. */
enum outcome story_forget(const struct story_world *w, const char *user, bool force);

/* This host's half of `iamlp reset USER`: say who the IAM user is, wait until the operator has
 * given them another password, and settle the record. Ends as story_provision. */
enum outcome story_reset(const struct story_world *w, const char *user);

/* The hook's story at a login: map the user and write the record and the mark; with
 * create = login also ask IAM, create and log, within the deadline, and show nothing. */
enum outcome story_login(const struct story_world *w, const struct story_login *login);

/* The person's own story: `name` with that uid has been found to claim (helper/peer.h).
 * Needs a record that a login on this host has made. Greets, and goes on as far as the
 * person wants. */
enum outcome story_claim(const struct story_world *w, const char *name, uid_t uid);

/* The password stack's story: create with the password that the person has just
 * chosen (consumed). An existing profile is left alone. */
enum outcome story_accept(const struct story_world *w, const struct story_login *login,
                          struct secret *password);

#endif
