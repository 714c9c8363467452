/*
 * ere: what must be known of an extended regular expression before regcomp(3) sees it.
 *
 * glibc's regcomp writes repetitions out: x{3} becomes xxx, x+ becomes xx*, and those inside of
 * each other are multiplied. "a++++" and on for a line takes all memory there is, and so does
 * "a????", as what may be empty, repeated, is tried in each way in which it may be so.
 */
#ifndef IAMLP_CONF_ERE_H
#define IAMLP_CONF_ERE_H

#include "base/err.h"

/* How many characters it may have when its repetitions are written out: as many as a line holds
 * without any. Memory grows with the square of it: 16 MiB was the most that was found. */
#define ERE_SIZE_MAX 1000

/* Has it no back-reference, no ')' without a '(' (which regcomp takes for a character, until the
 * expression stands in a group), no repetition of what may be empty, and at most ERE_SIZE_MAX
 * characters when written out? Whether it is well formed otherwise is regcomp's to say. -1:
 * ERR_CONFIG with "what is wrong; how to mend it". */
int ere_check(const char *ere, struct err *e);

#endif
