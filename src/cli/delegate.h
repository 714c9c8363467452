/*
 * delegate: hands the verbs that talk to AWS with the rights of whoever types them over to
 * another program, iamlp-aws, so that all other verbs start without the libraries for that.
 *
 * DELEGATE-1  iamlp-aws MUST be the one beside this program (found by /proc/self/exe, as in a
 *             build) or else the one in libexec.
 * DELEGATE-2  Rights from a set-id bit that somebody has put on this program MUST be given up
 *             before iamlp-aws starts.
 */
#ifndef IAMLP_CLI_DELEGATE_H
#define IAMLP_CLI_DELEGATE_H

#include <stddef.h>

#include "cli/verb.h"

/* Become iamlp-aws, with the words of the command line. Returns only where it cannot be started:
 * an exit status, the sentence being on stderr. */
verb_run delegate_run;

/* The verbs that stand in for `aws iam`, from 0; NULL at their end. */
const char *delegate_verb(size_t at);

#endif
