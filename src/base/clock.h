/*
 * clock: where the time comes from, given as an argument.
 *
 * Everything that signs, dates a record or waits takes a `const struct clock *`,
 * so that a test can stand at 2015-08-30 or jump a day in the shipped code.
 * Deadlines are absolute milliseconds of the monotonic clock: one number handed
 * down through every layer bounds the whole story.
 */
#ifndef IAMLP_BASE_CLOCK_H
#define IAMLP_BASE_CLOCK_H

#include <stdint.h>

struct clock {
    int64_t (*wall_s)(void);  /* seconds since the epoch */
    int64_t (*mono_ms)(void); /* milliseconds, suspend included; never goes back */
};

/* The system's clocks. */
extern const struct clock clock_system;

/* Milliseconds left until `deadline`, 0 when it has passed, at most INT_MAX so
 * that the value fits poll(2) and curl. */
int clock_left_ms(const struct clock *c, int64_t deadline);

#endif
