/*
 * parsed: the configuration as iniparser (4.0 or later) reads it; the one file that knows it.
 *
 * iniparser opens paths only, so it gets the bytes the scan has seen through an
 * anonymous file at /proc/self/fd/N: nobody can exchange them in between. What
 * it makes of them must be what the scan made of them, entry by entry; the two
 * were written by different people, and a value on which they differ is not one
 * to hand out passwords by.
 */
#ifndef IAMLP_CONF_PARSED_H
#define IAMLP_CONF_PARSED_H

#include "base/err.h"
#include "conf/scan.h"

struct parsed;

/* Let iniparser read text[0..len). NULL: ERR_CONFIG (it refuses them), ERR_SYSTEM,
 * ERR_MEMORY. `path` only names the file. It says nothing on stderr. */
struct parsed *parsed_read(const char *path, const char *text, size_t len, struct err *e);
void parsed_free(struct parsed *parsed);

/* Replace the values of the scan by iniparser's, which live as long as `parsed`.
 * -1: ERR_CONFIG, naming the first line on which the two differ, or the file
 * when iniparser has more than the scan. */
int parsed_agree(const struct parsed *parsed, struct scan *s, struct err *e);

#endif
