/*
 * stsfault: what STS's refusals mean and who can mend them.
 */
#ifndef IAMLP_CRED_STSFAULT_H
#define IAMLP_CRED_STSFAULT_H

#include "aws/query.h"
#include "cred/sts.h"

/* Put an answer that is no success into a sentence: the role, the mend, and AWS's own
 * words behind them as far as there is room. Returns -1 with ERR_DENIED, or ERR_BUSY (it
 * asks to come back later), ERR_TIMEOUT, ERR_NETWORK (out of reach), ERR_FORMAT (no answer
 * of STS's). */
int stsfault_say(const struct cred_source *s, const struct endpoint *ep,
                 const struct sts_role *role, const struct query_answer *a, struct err *e);

#endif
