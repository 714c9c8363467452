/*
 * result: RESULT of wire/wire.h, field by field into a struct (core/ask.h, ASK-1), and what its
 * faults are called.
 */
#ifndef IAMLP_CORE_RESULT_H
#define IAMLP_CORE_RESULT_H

#include "base/outcome.h"
#include "core/ask.h"
#include "wire/frame.h"

/* Fill `r`. What is absent, too long or out of its range is as wire.h says of absent ones. */
void result_read(const struct frame *f, struct ask_answer *r);

/* Fill `r` where there is none (ASK-2); `acts`: the call may have acted. Wraps `e`. */
void result_failed(struct ask_answer *r, struct err *e, bool acts);

/* BREAKER-1: did AWS answer, and not with "too busy"? */
bool result_reached(const struct ask_answer *r);

/* A fault in the words of the log: its `result=`, and its `code=`, which is AWS's where AWS has
 * given one. */
enum outcome result_outcome(const struct ask_answer *r);
const char *result_code(const struct ask_answer *r);

/* What an administrator has to mend, by AWS's code; NULL: nothing is known about it. */
const char *result_mend(const char *code);

#endif
