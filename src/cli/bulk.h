/*
 * bulk: `iamlp provision --all | --group GROUP | --from FILE`: many users at once, first as a
 * plan, and with --apply in earnest.
 *
 * BULK-1  Nothing is created that nobody can hand over: --apply needs --deliver, and the
 *         command has proved itself before the first user. There is no option that writes
 *         passwords to a file: a command that encrypts them first does it better.
 */
#ifndef IAMLP_CLI_BULK_H
#define IAMLP_CLI_BULK_H

#include "cli/line.h"

/* An exit status; the line asks for many. */
int bulk_run(const struct line *l);

#endif
