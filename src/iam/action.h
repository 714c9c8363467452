/*
 * action: the rows of iam's one table.
 *
 * Names, order, minima and results are those of AWS's service model (iam
 * 2010-05-08, sts 2011-06-15). `required` differs: in requests also where leaving a
 * member out would mean the caller (UserName, Password), in answers only where we
 * cannot do without.
 */
#ifndef IAMLP_IAM_ACTION_H
#define IAMLP_IAM_ACTION_H

#include <stdbool.h>
#include <stddef.h>

#include "aws/endpoint.h"
#include "iam/iam.h"

enum action_kind {
    ACTION_STRING,
    ACTION_NAME,   /* a string of the characters of IAM's user names */
    ACTION_SECRET, /* requests only */
    ACTION_BOOL,   /* enum iam_bool */
    ACTION_INT,
    ACTION_TIME,      /* answers only: int64_t seconds */
    ACTION_TAGS,      /* the fields tags and tag_count of either struct */
    ACTION_LIST,      /* requests only: strings, NULL at the end */
    ACTION_CONTEXT,   /* requests only: the fields context and context_count */
    ACTION_DECISIONS, /* answers only: the fields decisions and decision_count */
};

struct action_member {
    const char *name; /* AWS's */
    enum action_kind kind;
    size_t offset; /* of the field in struct iam_input or struct iam_output */
    size_t size;   /* of the field, in answers: the ceiling of a string with its NUL */
    bool required;
    int min; /* requests: least length of strings and secrets, least value of ints, least
                count of lists */
};

struct action {
    const char *name; /* AWS's */
    enum endpoint_service service;
    const char *version;
    bool acts;          /* changes something: an unanswered call may have acted */
    const char *result; /* where the output stands below the root; NULL: no output */
    const struct action_member *input;
    size_t input_count;
    const struct action_member *output;
    size_t output_count;
};

/* The row of an action. */
const struct action *action_row(enum iam_action action);

#endif
