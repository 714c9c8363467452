/*
 * verb: what iamlp-helper can be asked for, as a table; and the world it is done in.
 */
#ifndef IAMLP_HELPER_VERB_H
#define IAMLP_HELPER_VERB_H

#include "base/err.h"
#include "core/story.h"

struct verb;

struct verb_options {
    const struct verb *verb;
    const char *user; /* of root's verbs, else NULL */
    const char *conf;
    const char *state;
    const char *run;
    const char *listen; /* NULL: serve descriptor 0 */
    const char *machine;
    int timeout_s;
    bool force; /* of forget */
};

/* Set verb and user. -1: ERR_CONFIG, no such verb, or a user missing or too many. */
int verb_find(const char *name, const char *user, struct verb_options *o, struct err *e);

/* Do it, for the client on descriptor 0. Returns an exit status; END has been sent. */
int verb_run(const struct verb_options *o);

/* A fault before there is a story, as a line of the log. */
void verb_log_fault(const char *event, enum outcome result, const char *code,
                    const struct verb_options *o, const char *msg);

#endif
