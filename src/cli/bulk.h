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

#include <stdbool.h>

/* Does this command line of `iamlp provision` ask for many? */
bool bulk_wanted(int argc, char **argv);

/* As a verb (cli/verb.h). */
int bulk_run(int argc, char **argv);

#endif
