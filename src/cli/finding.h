/*
 * finding: what a look at this host has found, and how it is told: a line each on a terminal,
 * words for a pipe, JSON for a program.
 */
#ifndef IAMLP_CLI_FINDING_H
#define IAMLP_CLI_FINDING_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/writer.h"
#include "wire/wire.h"

struct finding {
    enum wire_level level;
    char area[24];
    char account[65]; /* of the configuration's section; "": of none */
    char what[512];
    char mend[512]; /* "": nothing is to be done */
};

/* Begun as zeros. */
struct findings {
    struct finding *list;
    size_t count;
    bool lost; /* some did not fit into memory */
};

/* Add one. The sentence is "what is", or "what is wrong; how to mend it". What has been added
 * already is not added again: a line of PAM may be found by many services. */
void finding_add(struct findings *f, enum wire_level level, const char *area, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* The same, about an account's section. */
void finding_add_account(struct findings *f, enum wire_level level, const char *area,
                         const char *account, const char *sentence);

/* How many there are of that level. */
size_t finding_count(const struct findings *f, enum wire_level level);

/* Print them to stdout, what has to be mended last: nearest to the next prompt. columns: where
 * lines of a terminal are broken or, where nothing is wrong, cut; 0: nowhere. */
void finding_print(const struct findings *f, bool coloured, size_t columns);

/* As a list of objects. */
void finding_write(const struct findings *f, struct writer *w, const char *key);

void finding_free(struct findings *f);

#endif
