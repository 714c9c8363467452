/*
 * nth: of the calls that a test has led to a function of its own, the n-th fails.
 *
 * A program of tests/unit that defines __wrap_NAME, at the beginning of a line, is linked with
 * --wrap=NAME (see Makefile): each call that we make of NAME comes to it, and none that a library
 * makes. The function itself is __real_NAME.
 */
#ifndef IAMLP_TESTS_UNIT_NTH_H
#define IAMLP_TESTS_UNIT_NTH_H

#include <stdbool.h>

static int nth_left; /* calls up to the one that fails, that one too; 0: none will, or it has */

/* Is this call the one? */
static bool
nth_fails(void)
{
    return nth_left > 0 && --nth_left == 0;
}

/* Nothing fails any more. Has the call come that was to fail? */
static bool
nth_came(void)
{
    bool came = nth_left == 0;

    nth_left = 0;
    return came;
}

#endif
