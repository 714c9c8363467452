/*
 * script: frames and HTTP answers written as lines, so that a fuzzer changes what they say
 * and not their lengths.
 *
 *     :TYPE        a frame begins, of that number
 *     ID=TEXT      a text field of it; '|' stands for a line's end
 *     ID#NUMBER    a number field
 *     !STATUS      an HTTP answer; 0: none came. The lines behind it are its body
 */
#ifndef IAMLP_TESTS_SCRIPT_H
#define IAMLP_TESTS_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include "wire/frame.h"

/* The rest of a script; the text is the caller's, and ends in a NUL. */
struct script {
    const char *p;
    const char *end;
};

/* The next frame, of at most `max` bytes, the caller's to free; false: there are no more. */
bool script_frame(struct script *s, struct frame *f, size_t max);

/* The next HTTP answer; false: there are no more. */
bool script_answer(struct script *s, int *status, const char **body, size_t *len);

/* A socket on which all frames of the text wait to be read, and after them its end, as far
 * as they fit: fds[1] is the side to read them from, fds[0] hears what is said there. */
void script_socket(const char *text, size_t len, size_t max, int fds[2]);

#endif
