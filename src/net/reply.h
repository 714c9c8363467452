/*
 * reply: the fields of a RESULT (wire/wire.h).
 */
#ifndef IAMLP_NET_REPLY_H
#define IAMLP_NET_REPLY_H

#include <stdbool.h>

#include "aws/query.h"
#include "base/err.h"
#include "iam/iam.h"
#include "wire/frame.h"

/* Nothing went wrong. */
void reply_well(struct frame *f);

/* A fault before anything was sent to IAM: ours, or STS's. It has no code: what reads the
 * wire's fault has one for each. */
void reply_err(struct frame *f, const struct err *e);

/* What AWS answered to a call: its fault, or the fields of its success. `tag_key`: the tag
 * of GetUser that was asked for, or "". */
void reply_call(struct frame *f, enum iam_action action, const struct iam_output *out,
                const struct query_answer *a, const char *tag_key);

#endif
