/*
 * serve: iamlp-net's side of channel 2 (wire/wire.h): one request, one answer.
 */
#ifndef IAMLP_NET_SERVE_H
#define IAMLP_NET_SERVE_H

#include "base/clock.h"

/* Answer frames on `fd` until the other side goes away (returns 0) or breaks the
 * protocol, or an answer cannot be sent (returns -1). */
int serve_run(int fd, const struct clock *clock);

#endif
