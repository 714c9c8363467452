/*
 * prompt: a person types a new password, twice, unseen.
 */
#ifndef IAMLP_CLI_PROMPT_H
#define IAMLP_CLI_PROMPT_H

#include "base/term.h"

/* Ask until two lines agree, three times at most. *password is the caller's to free; it is
 * NULL, also with TERM_LINE, unless two lines have agreed. The rules of the account's policy are
 * the helper's to judge. */
enum term_event prompt_password(struct term *t, struct secret **password);

#endif
