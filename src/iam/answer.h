/*
 * answer: the fields of a successful answer, by its row.
 *
 * A 200 is believed only when it is the answer to what was asked: the right root
 * element, every required member, nothing twice, and the user that was named.
 * The order of elements and elements we do not know mean nothing.
 */
#ifndef IAMLP_IAM_ANSWER_H
#define IAMLP_IAM_ANSWER_H

#include <stddef.h>

#include "base/err.h"
#include "iam/action.h"

/* Every member as the header says for absent ones. */
void answer_init(struct iam_output *out);

/* Fill `out` from an XML document. -1: ERR_FORMAT, ERR_LIMIT or ERR_MEMORY, the sentence
 * naming the action and the member; `out` is then as answer_init leaves it. */
int answer_parse(const struct action *row, const struct iam_input *in, const char *doc, size_t len,
                 struct iam_output *out, struct err *e);

#endif
