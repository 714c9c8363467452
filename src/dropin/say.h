/*
 * say: sentences on standard error, in the AWS CLI's form: an empty line first.
 */
#ifndef IAMLP_DROPIN_SAY_H
#define IAMLP_DROPIN_SAY_H

#include "base/err.h"
#include "dropin/order.h"

/* The sentence; returns `status`. */
int say_failure(int status, const struct err *e);

/* The command line is wrong: returns DROPIN_USAGE. */
int say_misuse(const struct order *o, const struct err *e);

/* A line with --debug; never a secret. */
void say_debug(const struct order *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
