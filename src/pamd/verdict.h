/*
 * verdict: what libpam thinks of a stack when it comes to its end.
 *
 * No module is told whether those before it have failed, so this is decided from the
 * stack, for every way in which its modules may succeed and fail. pam_permit.so succeeds,
 * pam_deny.so fails; any other may do either. None answers PAM_IGNORE, which says that it had
 * nothing to do. What cannot be told for certain counts as a refusal.
 *
 * libpam may let a stack succeed in which nobody has done the work: "sufficient" ignores the
 * failure of the module that was to do it, and a pam_permit.so behind it succeeds. That
 * counts as a refusal, too.
 */
#ifndef IAMLP_PAMD_VERDICT_H
#define IAMLP_PAMD_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

#include "pamd/stack.h"

/* May libpam come to the line of that index, or with the stack's count to one more at its end, and
 * have refused by then, or have let nobody do the work? */
bool verdict_refused(const struct stack *s, size_t line);

#endif
