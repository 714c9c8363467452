/*
 * records: what this host remembers of each user, as a table of one row a user.
 */
#ifndef IAMLP_CLI_RECORDS_H
#define IAMLP_CLI_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "cli/writer.h"

/* What there is, by name, as it stands at a time. */
struct records {
    struct records_row *rows;
    size_t count;
    int odd; /* records that cannot be read or were set aside: somebody has to look at them */
};

/* Read the open state folder. -1: ERR_SYSTEM, ERR_MEMORY; `r` is always to be freed. */
int records_read(struct records *r, int state, int64_t now, struct err *e);

/* Print them as a table to stdout; with `narrow` cut to 80 columns. */
void records_print(const struct records *r, bool narrow);

/* As a list of objects. */
void records_write(const struct records *r, struct writer *w, const char *key);

void records_free(struct records *r);

/* records_read, for whom the odd ones are enough; 0 where they cannot be counted. */
int records_odd(int state);

#endif
