/*
 * keys: credentials put together from texts that somebody wrote.
 *
 * What a key cannot be is refused here, with the reason, instead of being signed
 * with and refused by AWS without one. All three parts end in HTTP headers or in
 * what is signed for them, so nothing but printable ASCII is taken.
 */
#ifndef IAMLP_CRED_KEYS_H
#define IAMLP_CRED_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "aws/sigv4.h"
#include "base/err.h"

#define KEYS_SECRET_MAX 256  /* bytes; AWS's have 40 */
#define KEYS_TOKEN_MAX  8192 /* bytes; seen up to 2 KiB, and headers have 16 KiB in all */

enum keys_part {
    KEYS_ID,
    KEYS_SECRET,
    KEYS_TOKEN
};

/* Set one part, which must not be set yet. -1: ERR_FORMAT, ERR_MEMORY; the sentence
 * has no subject ("holds a blank; ...") and quotes nothing: wrap it in the text's
 * place and name. */
int keys_set(struct sigv4_key *k, enum keys_part part, const char *text, size_t len, struct err *e);

/* A copy of all parts into `to`, which must be empty. -1: ERR_MEMORY; `to` may hold parts. */
int keys_copy(struct sigv4_key *to, const struct sigv4_key *from, struct err *e);

/* CRED-3: are they good for long enough to be used? -1: ERR_DENIED, the sentence without a
 * subject. */
int keys_alive(const struct sigv4_key *k, int64_t now, struct err *e);

/* Seconds until they run out; INT64_MAX where they do not. */
int64_t keys_left(const struct sigv4_key *k, int64_t now);

/* Is it a region's name, such as us-east-1? */
bool keys_region(const char *text, size_t len);

#endif
