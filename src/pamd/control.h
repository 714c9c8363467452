/*
 * control: the second word of a line in a PAM service file, "required" or "[success=1
 * default=ignore]": what libpam does on what the module answers.
 */
#ifndef IAMLP_PAMD_CONTROL_H
#define IAMLP_PAMD_CONTROL_H

#include <stdbool.h>

#define CONTROL_FAR 1000000 /* a jump this far or farther */

/* What libpam does on one answer of the module; a positive number is a jump over so many modules.
 */
enum {
    CONTROL_IGNORE = 0,
    CONTROL_OK = -1,
    CONTROL_DONE = -2,
    CONTROL_BAD = -3,
    CONTROL_DIE = -4,
    CONTROL_RESET = -5,
};

enum {
    CONTROL_ANSWERS = 40, /* more than libpam has return values */
};

struct control {
    int success;
    int failures[CONTROL_ANSWERS]; /* what it may do when the module fails, each once */
    int count;
    unsigned jump; /* the most modules that any answer skips */
};

/* Read a control, brackets taken off. -1: libpam would not understand it (and deny), or it names
 * more answers than there are. */
int control_read(const char *text, struct control *c);

/* Does the module's success decide the stack, so that libpam goes no further? */
bool control_ends(const struct control *c);

#endif
