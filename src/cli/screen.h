/*
 * screen: what may be sent to where the output goes, beside lines of text.
 */
#ifndef IAMLP_CLI_SCREEN_H
#define IAMLP_CLI_SCREEN_H

#include <stdbool.h>

/* Is `fd` a terminal that can do more than print lines (TERM is set, and not dumb)? */
bool screen_capable(int fd);

/* May it be coloured? Not where NO_COLOR is any text that is not empty (no-color.org). */
bool screen_coloured(int fd);

#endif
