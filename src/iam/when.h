/*
 * when: the dates in AWS's answers.
 */
#ifndef IAMLP_IAM_WHEN_H
#define IAMLP_IAM_WHEN_H

#include <stdint.h>

/* Parse "2026-11-23T09:30:00Z", with or without a fraction of a second (dropped),
 * ending in "Z" or "+00:00": the ISO 8601 that AWS writes, and nothing else of it.
 * Seconds since the epoch in *seconds; -1: not such a date, or no day of the
 * calendar. */
int when_parse(const char *text, int64_t *seconds);

#endif
