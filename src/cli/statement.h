/*
 * statement: the words that IAM policies are made of, over cli/writer.h.
 */
#ifndef IAMLP_CLI_STATEMENT_H
#define IAMLP_CLI_STATEMENT_H

#include <stddef.h>

#include "cli/writer.h"

#define STATEMENT_TEXT_MAX 2304 /* bytes of a key or value: a path of 512 bytes, each escaped */

/* Words for statement_list. */
#define STATEMENT_WORDS(...)                                                                       \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }

/* A text that stands for itself where *, ? and ${} mean something. What does not fit is
 * left out. */
void statement_escape(char *out, size_t size, const char *text);

/* One word as a text, more of them as a list; NULL ends them. */
void statement_list(struct writer *w, const char *key, const char *const *words);

void statement_open_policy(struct writer *w, const char *key);
void statement_close_policy(struct writer *w);

/* An Allow. Its Sid has to be unique within the policy, and of letters and digits only:
 * `number` + 1 is put behind it, unless it is 0. Closed with writer_close(w, '}'). */
void statement_open(struct writer *w, const char *sid, size_t number);

/* Open its Condition and the operator in it, such as StringEquals, to be filled; close both. */
void statement_open_condition(struct writer *w, const char *operator);
void statement_close_condition(struct writer *w);

#endif
