/*
 * results: what came of many users, as a table for people, or for a program: CSV (RFC 4180,
 * with a header) or JSON (a list of objects). Every form has the same six columns.
 */
#ifndef IAMLP_CLI_RESULTS_H
#define IAMLP_CLI_RESULTS_H

#include "cli/people.h"

enum results_form {
    RESULTS_TABLE,
    RESULTS_CSV,
    RESULTS_JSON
};

/* The form of that name, which --output (cli/line.c) takes; of NULL the table. */
enum results_form results_form(const char *name);

/* Print every row to stdout; a table leaves out those who are not mapped. -1: ERR_SYSTEM, not
 * all of it is there; ERR_MEMORY. */
int results_print(const struct people *p, enum results_form form, struct err *e);

/* One line on stderr: how many of each. `p` has been counted. */
void results_sum(const struct people *p);

#endif
