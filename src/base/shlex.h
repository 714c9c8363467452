/*
 * shlex: a text cut into words as Python's shlex.split() cuts it, by which the AWS CLI and its
 * SDK read a credential_process and the name of a profile: quotes and backslashes, and no
 * variable, pattern or comment.
 */
#ifndef IAMLP_BASE_SHLEX_H
#define IAMLP_BASE_SHLEX_H

#include <stddef.h>

/* Take one word off the front of the text *at, which ends at `end` and holds no NUL: copy it,
 * without its quotes and never longer than it stands there, to word[0..size) with a NUL, and
 * move *at behind it. 1: taken; 0: there is none left; -1: a quote that is not closed, a
 * backslash at the end, or a word that does not fit; *at is then where it was. */
int shlex_word(const char **at, const char *end, char *word, size_t size);

#endif
