/*
 * screen: what a terminal can show, and what fits on it.
 */
#ifndef IAMLP_CLI_SCREEN_H
#define IAMLP_CLI_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

/* Is `fd` a terminal that can do more than print lines (TERM is set, and not dumb)? */
bool screen_capable(int fd);

/* May it be coloured? Not where NO_COLOR is any text that is not empty (no-color.org). */
bool screen_coloured(int fd);

/* Cut a text that is longer than so many bytes (at least one) to what fits, with '~' at its end; no
 * character of UTF-8 is cut in two. */
void screen_cut(char *text, size_t most);

#endif
