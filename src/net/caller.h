/*
 * caller: a root user's access key is not worked with.
 *
 * No policy limits what such a key may do, so a host that holds one can do anything to
 * the account; AWS itself advises to have none. STS says whose a key is (every key may
 * ask it), and is asked only where keys are somebody's own, not a role's (cred/cred.h).
 */
#ifndef IAMLP_NET_CALLER_H
#define IAMLP_NET_CALLER_H

#include <stdbool.h>

#include "net/session.h"

/* Ask in a short part of the time until `deadline`; *known: it has been said that the key
 * is not a root user's. -1: ERR_DENIED, it is. No answer is no refusal. */
int caller_check(struct session *ss, int64_t deadline, bool *known, struct err *e);

/* Answer CALLER: whose the keys are that calls are signed with, and where they are from. */
void caller_answer(struct session *ss, int64_t deadline, struct frame *a);

#endif
