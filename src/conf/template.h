/*
 * template: the iam_user of a rule: %u the local name, %1 to %9 the groups of
 * match, %% a percent sign, everything else itself.
 *
 * No user name of IAM holds a percent sign, so %% is never of use there; it is
 * known so that its error names the character and not the syntax.
 */
#ifndef IAMLP_CONF_TEMPLATE_H
#define IAMLP_CONF_TEMPLATE_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

#define TEMPLATE_GROUPS 10 /* %1 to %9, and 0 for the whole */

/* Is the template well formed, with literals that IAM's user names can hold and
 * no group beyond `groups` (of a match; none without one)? -1: ERR_CONFIG with
 * "what is wrong; how to mend it". */
int template_check(const char *t, bool has_match, size_t groups, struct err *e);

/* Append what a checked template gives. group[n] is %n in `name`; a group that
 * took no part (rm_so -1) gives nothing. */
void template_expand(const char *t, const char *name, const regmatch_t group[TEMPLATE_GROUPS],
                     struct buf *out);

#endif
