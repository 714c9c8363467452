/*
 * aside: the verbs that talk to AWS with the rights of whoever types them. They are another
 * program, iamlp-aws, so that all others start without the libraries for that.
 *
 * ASIDE-1  It is the one beside this one, found by /proc/self/exe, as in a build; else the one
 *          in libexec.
 * ASIDE-2  A set-id bit that somebody has put on this one is given back before.
 */
#ifndef IAMLP_CLI_ASIDE_H
#define IAMLP_CLI_ASIDE_H

#include <stddef.h>

#include "cli/verb.h"

/* Become iamlp-aws, with these words. An exit status where it cannot be started; the
 * sentence is on stderr. */
verb_run aside_run;

/* The verbs that stand in for `aws iam`, from 0; NULL at their end. */
const char *aside_verb(size_t at);

#endif
