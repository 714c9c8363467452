/*
 * input: the parameters of a request, from the command line and from --cli-input-json, held
 * against iam's table as the AWS CLI holds them: what is required, types, least lengths and
 * values. All else is the server's to judge.
 */
#ifndef IAMLP_DROPIN_INPUT_H
#define IAMLP_DROPIN_INPUT_H

#include <stdbool.h>

#include "dropin/order.h"
#include "iam/iam.h"

struct input {
    struct iam_input in;
    bool given[ORDER_MEMBERS_MAX];
    struct secret *text[ORDER_MEMBERS_MAX]; /* what `in` points to; input's */
    char name[ORDER_MEMBERS_MAX][ORDER_NAME_SIZE];
};

/* Take everything that is given, the command line before the document. A password from a file is
 * sent with the line end that the file has, and a warning on stderr. -1: ERR_FORMAT, ERR_ABSENT,
 * ERR_SYSTEM, ERR_LIMIT, ERR_MEMORY; ERR_CONFIG (where the AWS CLI's exit status is 255): a number
 * that is none. What was taken still has to be freed. */
int input_take(struct input *i, const struct order *o, struct err *e);

/* Give a secret member its value, which is consumed. */
void input_set(struct input *i, const struct order *o, const struct action_member *m,
               struct secret *value);

/* Is everything required there, and nothing too short? -1: ERR_FORMAT. */
int input_check(const struct input *i, const struct order *o, struct err *e);

void input_free(struct input *i);

#endif
