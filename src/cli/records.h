/*
 * records: what this host remembers of each user, as a table of one row a user.
 */
#ifndef IAMLP_CLI_RECORDS_H
#define IAMLP_CLI_RECORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* Print the table of the open state folder to stdout, by name, as it stands at `now`;
 * with `narrow` cut to 80 columns. Returns how many records cannot be read or were set
 * aside, so that somebody has to look at them; -1: ERR_SYSTEM, ERR_MEMORY. */
int records_print(int state, int64_t now, bool narrow, struct err *e);

#endif
