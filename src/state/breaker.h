/*
 * breaker: keeps hooks from trying while AWS is out of reach.
 *
 * BREAKER-1  After BREAKER_FAILURES failures of the network in a row no hook MUST try
 *            for a minute, after the next failure for two, doubling to fifteen. AWS that
 *            is too busy (throttling) counts as one that is not reached: its answers may
 *            be slow, and trying makes it busier. A try that got any other answer
 *            closes it. Claims are not kept.
 * BREAKER-2  It lies in STATE/breaker and is a hint: one that cannot be read or written
 *            is a closed one, and a time further ahead than BREAKER_MAX_S has passed.
 * BREAKER-3  A hook's try that follows one or two such failures MUST take half of its time
 *            at most: until it opens, an outage costs hooks that come one after the other
 *            two deadlines. A try after a pause has its whole time, or AWS that answers
 *            slowly could never close it.
 * BREAKER-4  What did not get as far as the network MUST NOT be counted, nor any failure of
 *            the password stack: passwd runs in its caller's cgroup, and whoever slows it
 *            down there must not keep others from creating. A login behind pam_systemd is in
 *            its user's slice, too, where an administrator may have put limits; but of one
 *            user's logins retry_after lets one in five minutes try, and then in twice as
 *            many, so that they open it for a minute now and then.
 */
#ifndef IAMLP_STATE_BREAKER_H
#define IAMLP_STATE_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

#define BREAKER_FAILURES 3
#define BREAKER_MIN_S    60
#define BREAKER_MAX_S    (15 * 60)

/* How much of `whole` milliseconds a hook's try may take at `now`, in seconds since the epoch;
 * 0: it is open, and a hook must not try. */
int breaker_allows(int state, int64_t now, int whole);

/* Count a try's end; whose is counted is the caller's to know (BREAKER-4). Returns for how
 * many seconds it is open now, 0: closed; *changed: it was opened, opened for longer, or
 * closed by this one. */
int64_t breaker_count(int state, bool reached, int64_t now, bool *changed);

#endif
