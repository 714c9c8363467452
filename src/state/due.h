/*
 * due: what a record asks for at a login, and whether `iamlp claim` would speak.
 *
 * Pure functions of a record and the time, shared by the module's fast path and by
 * iamlp-helper, so that the two can never disagree about a login that needs nothing.
 *
 * DUE-1  A login of a user for whom nothing is to do MUST be known from the record
 *        and one more file's stat.
 */
#ifndef IAMLP_STATE_DUE_H
#define IAMLP_STATE_DUE_H

#include <stdbool.h>
#include <stdint.h>

#include "state/record.h"

#define DUE_UNMAPPED_S (24 * 60 * 60) /* groups change where nothing here sees it */

enum due {
    DUE_HELPER,      /* start iamlp-helper */
    DUE_UNLESS_MARK, /* nothing, if the user's mark exists (state/mark.h); else the helper */
    DUE_UNLESS_CONF, /* nothing, if the configuration has the record's fingerprint; else the
                        helper */
};

/* What a hook of this user does at the time `now`, in seconds since the epoch. */
enum due due_at_login(const struct record *r, int64_t now);

/* Would `iamlp claim --auto` have something to say at `now`? */
bool due_at_claim(const struct record *r, int64_t now);

#endif
