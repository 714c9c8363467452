/*
 * newpass: passwords that do not come from the command line: standard input, a file, a
 * generator, a question at the terminal.
 *
 * NEWPASS-1  None of them is ever on standard output, in an argument or in the environment.
 * NEWPASS-2  A generated one is shown on the terminal of the person alone (/dev/tty), which
 *            is opened before anything is sent: without one nothing is generated.
 * NEWPASS-3  What is typed is not seen: --password-stdin at a terminal asks.
 */
#ifndef IAMLP_DROPIN_NEWPASS_H
#define IAMLP_DROPIN_NEWPASS_H

#include <stdbool.h>

#include "aws/query.h"
#include "dropin/input.h"

enum newpass_way {
    NEWPASS_NONE, /* all that is needed is there, or nobody can be asked */
    NEWPASS_READ, /* one was read or typed */
    NEWPASS_GENERATE,
    NEWPASS_STOPPED /* the person gave up: Ctrl-C */
};

/* Can all secrets that are required still come, after what the command line gave? -1:
 * ERR_FORMAT. */
int newpass_check(const struct input *i, const struct order *o, struct err *e);

/* Give the input what the options say, or ask at the terminal for what is required and
 * missing. -1: ERR_FORMAT (two ways at once), ERR_ABSENT, ERR_SYSTEM and others of files. */
int newpass_take(struct input *i, const struct order *o, enum newpass_way *way, struct err *e);

/* Make one that fits the account's policy, where that may be read, else IAM's default, and
 * give it to the input. -1: ERR_SYSTEM (there is no terminal), ERR_CONFIG, ERR_MEMORY. */
int newpass_generate(struct input *i, const struct order *o, const struct query_target *t, int *tty,
                     struct err *e);

/* It is about to be sent: until stake_end a signal shows it (dropin/stake.h). */
void newpass_stake(const struct input *i, const struct order *o, int tty);

/* Show it; `sure`: it is known to have been set. -1: ERR_SYSTEM. */
int newpass_show(const struct input *i, const struct order *o, int tty, bool sure, struct err *e);

#endif
