/*
 * choose: a person types a new password, twice, unseen.
 */
#ifndef IAMLP_CLI_CHOOSE_H
#define IAMLP_CLI_CHOOSE_H

#include "base/term.h"

#define CHOOSE_TRIES     3   /* times that two lines may differ */
#define CHOOSE_CHARS_MAX 128 /* IAM's own limit, in characters of UTF-8 */

/* Ask until two lines agree. *password (the caller's to free) with TERM_LINE; NULL there
 * when the tries are used up, and with everything else. The rules of the account's policy
 * are the helper's to judge. */
enum term_event choose_password(struct term *t, struct secret **password);

#endif
