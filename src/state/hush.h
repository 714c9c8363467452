/*
 * hush: one line of the log where anybody could cause a thousand.
 *
 * HUSH-1  What any local user can repeat at will MUST NOT fill the log: a refused peer is
 *         logged once in HUSH_S seconds for each uid.
 * HUSH-2  It is remembered in RUN/refused/<uid>, root's and closed to others. Where that
 *         cannot be written nothing is logged: a full disk must not open the flood.
 */
#ifndef IAMLP_STATE_HUSH_H
#define IAMLP_STATE_HUSH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define HUSH_S (10 * 60)

/* May something of this uid be logged at `now`, in seconds since the epoch? If so it is
 * remembered. */
bool hush_allows(const char *run, uid_t uid, int64_t now);

#endif
