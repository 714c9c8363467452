/*
 * converse: `iamlp claim` on a connected socket, from CLAIM to END (wire/wire.h).
 *
 * CONVERSE-1  With --auto nothing is printed before the helper has something to say: a
 *             login shell is not to be bothered, whatever is wrong.
 * CONVERSE-2  Only a yes that was typed after the question creates anything or confirms
 *             anything.
 */
#ifndef IAMLP_CLI_CONVERSE_H
#define IAMLP_CLI_CONVERSE_H

#include <stdbool.h>

#include "base/term.h"
#include "wire/wire.h"

#define CONVERSE_AGAIN (-2) /* no exit status: the helper dropped us before it said a word */

struct converse {
    struct term term; /* begun, its peer the socket */
    bool automatic;
    bool greeted; /* the helper has taken us on */
    bool spoken;  /* something stands on the terminal */
    bool left;    /* the person went no further, and the helper has been told */
    enum wire_mode mode;
    const char *stopped; /* what is true if the person goes no further */
};

/* To the end of the story. An exit status, with its one sentence said, or
 * CONVERSE_AGAIN. */
int converse_run(struct converse *c);

/* Say on stderr what is wrong and return `status`; VERB_OK without a word where
 * CONVERSE-1 wants that. */
int converse_fail(const struct converse *c, int status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* As above after TERM_STOPPED. */
int converse_stopped(const struct converse *c);

#endif
