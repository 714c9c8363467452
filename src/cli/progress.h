/*
 * progress: how far many users have come, on stderr: on a terminal one line that is written
 * over, elsewhere a line now and then.
 */
#ifndef IAMLP_CLI_PROGRESS_H
#define IAMLP_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROGRESS_SIZE 160 /* bytes of a line with its NUL */

struct progress {
    const char *what; /* what is done to them */
    size_t total;
    size_t done;
    size_t amiss; /* of them */
    int64_t begun_ms;
    int64_t said_ms;
    int wide; /* of the line that stands on the terminal */
    bool terminal;
};

/* `terminal`: stderr is one, and goes back to the start of a line. */
void progress_begin(struct progress *p, const char *what, size_t total, bool terminal,
                    int64_t now_ms);

/* Say it, if it is time; with `last` in any case, and end the line. */
void progress_say(struct progress *p, int64_t now_ms, bool last);

/* The line, without its end. `columns`: 0, no bar. */
void progress_format(const struct progress *p, int64_t now_ms, int columns,
                     char line[PROGRESS_SIZE]);

#endif
