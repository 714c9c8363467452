/*
 * when: dates in the answers of AWS, of the services of its hosts and of programs, and for people.
 */
#ifndef IAMLP_BASE_WHEN_H
#define IAMLP_BASE_WHEN_H

#include <stdint.h>

/* Parse "2026-11-23T09:30:00Z", with or without a fraction of a second (dropped),
 * ending in "Z" (as AWS writes it) or in an offset "+01:00" (as programs do that know
 * their local time): RFC 3339 with capitals, and nothing else of ISO 8601. Seconds since
 * the epoch in *seconds; -1: not such a date, or no day of the calendar. */
int when_parse(const char *text, int64_t *seconds);

#define WHEN_MAX 32 /* bytes of a date for people with the final NUL */

/* Seconds since the epoch as "2026-11-23 09:12 UTC". */
void when_print(int64_t seconds, char out[WHEN_MAX]);

#endif
