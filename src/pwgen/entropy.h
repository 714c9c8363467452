/*
 * entropy: how many passwords a plan can make, counted without rounding.
 */
#ifndef IAMLP_PWGEN_ENTROPY_H
#define IAMLP_PWGEN_ENTROPY_H

#include "pwgen/plan.h"

/* The number of passwords that are as planned, as a power of two, rounded down:
 * since all are equally likely (PWGEN-1), their bits of entropy. */
int entropy_bits(const struct plan *p);

#endif
