/*
 * roster: where the names of `iamlp provision` of many come from.
 *
 * ROSTER-1  A file of names comes from somebody else, often by mail: what is in it reaches no
 *           terminal unless it can be a name, a link in its place leads to none of root's
 *           files, and a FIFO does not hold the run.
 */
#ifndef IAMLP_CLI_ROSTER_H
#define IAMLP_CLI_ROSTER_H

#include "cli/people.h"

/* Everybody whom the user database lists; the members of a group, by list or as their own;
 * a name on each line of a file, where blank lines and those that begin with '#' are none,
 * and blanks around a name do not count. In the last two all others of the user database
 * are bystanders. -1: ERR_ABSENT, ERR_FORMAT, ERR_TRUST, ERR_SYSTEM, ERR_LIMIT, ERR_MEMORY;
 * `p` is to be freed in any case. */
int roster_all(struct people *p, struct err *e);
int roster_group(struct people *p, const char *group, struct err *e);
int roster_from(struct people *p, const char *path, struct err *e);

#endif
