/*
 * identity: RoleSessionName and SourceIdentity from a template, in the alphabet of STS.
 *
 * IDENTITY-1  Templates: %u the local user, %h this host's name, %% a percent sign; the
 *             rest stands for itself.
 * IDENTITY-2  STS takes 2 to 64 of [A-Za-z0-9_+=,.@-]. In what %u and %h stand for, every
 *             other byte, and '=' itself, becomes "=XX" (hexadecimal, capitals), so that
 *             CloudTrail alone tells which user it was: DOM\user is DOM=5Cuser.
 * IDENTITY-3  A result of one character gets "=" behind it. One that is longer than 64 is
 *             cut, never inside "=XX", and ends in "=-" and 16 hexadecimal digits of the
 *             whole's SHA-256: two long names stay two, and neither is a short one's.
 * IDENTITY-4  A result that begins with "aws:" cannot come about: the colon is encoded.
 */
#ifndef IAMLP_CRED_IDENTITY_H
#define IAMLP_CRED_IDENTITY_H

#include "base/err.h"

#define IDENTITY_SIZE 65

/* -1: ERR_CONFIG (an unknown %, a character of the template that STS does not take, an
 * empty result), ERR_SYSTEM (OpenSSL), ERR_LIMIT, ERR_MEMORY. */
int identity_make(const char *template, const char *user, const char *host, char out[IDENTITY_SIZE],
                  struct err *e);

#endif
