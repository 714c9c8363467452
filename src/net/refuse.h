/*
 * refuse: an iamlp-net that may not work says why, to be read in the log.
 */
#ifndef IAMLP_NET_REFUSE_H
#define IAMLP_NET_REFUSE_H

#include "base/clock.h"
#include "base/err.h"

/* Take the first request on `fd`, unread, and answer it with `why`. -1: it did not come, or
 * the answer could not be sent. */
int refuse_start(int fd, const struct clock *clock, const struct err *why);

#endif
