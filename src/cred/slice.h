/*
 * slice: a piece of somebody else's text, looked at where it stands.
 */
#ifndef IAMLP_CRED_SLICE_H
#define IAMLP_CRED_SLICE_H

#include <stdbool.h>
#include <stddef.h>

struct slice {
    const char *p; /* not NUL-terminated, not owned */
    size_t len;
};

/* Take off both ends what Python's str.strip() takes off (Unicode's blanks, in
 * UTF-8). Returns how many characters that were in front. */
size_t slice_strip(struct slice *s);

bool slice_same(struct slice a, struct slice b);
bool slice_is(struct slice s, const char *text);

#endif
