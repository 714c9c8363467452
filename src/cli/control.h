/*
 * control: the second word of a line in a PAM service file, "required" or "[success=1
 * default=ignore]", as far as it moves the end of the stack or what is skipped.
 */
#ifndef IAMLP_CLI_CONTROL_H
#define IAMLP_CLI_CONTROL_H

#include <stdbool.h>

#define CONTROL_FAR 1000000 /* a jump this far or farther */

/* Read a control, brackets taken off. *ends: when the module succeeds the stack is
 * decided. *jump: the most modules that any result of it skips. -1: libpam would not
 * understand it (and deny). */
int control_read(const char *control, bool *ends, unsigned *jump);

#endif
