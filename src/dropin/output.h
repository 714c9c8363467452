/*
 * output: what goes to standard output, byte for byte as the AWS CLI prints it: answers and
 * skeletons, from iam's table.
 */
#ifndef IAMLP_DROPIN_OUTPUT_H
#define IAMLP_DROPIN_OUTPUT_H

#include "base/err.h"
#include "iam/action.h"

enum output_format {
    OUTPUT_JSON,
    OUTPUT_TEXT
};

/* An answer; nothing where the action has none. -1: ERR_SYSTEM, not all of it is written. */
int output_answer(const struct action *row, const struct iam_output *out, enum output_format format,
                  struct err *e);

/* --generate-cli-skeleton input, and output. */
int output_input_skeleton(const struct action *row, struct err *e);
int output_output_skeleton(const struct action *row, enum output_format format, struct err *e);

#endif
