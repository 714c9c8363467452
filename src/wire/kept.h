/*
 * kept: credentials that outlive the story that got them, as six fields of a frame.
 *
 * Root keeps them for the next iamlp-net (core/cache) and looks at nothing but their
 * form: what came from the network is fixed fields with a ceiling each.
 */
#ifndef IAMLP_WIRE_KEPT_H
#define IAMLP_WIRE_KEPT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/secret.h"
#include "wire/frame.h"

#define KEPT_ID_MAX     128
#define KEPT_SECRET_MAX 256
#define KEPT_TOKEN_MAX  8192
#define KEPT_MAX        (12 * 1024) /* bytes of a frame with one of them */

struct kept {
    char id[KEPT_ID_MAX + 1];
    struct secret *secret;
    struct secret *token; /* NULL: none */
    int64_t expires;      /* seconds since the epoch; 0: does not expire, so is never kept */
    char region[32];      /* "" if not known */
    char provider[16];
};

/* Append the six fields from `first` (WIRE_F_BASE or WIRE_F_ROLE). */
void kept_put(struct frame *f, enum wire_field first, const struct kept *k);

/* Read and check them: ids of capitals and digits, regions of small letters, digits and
 * hyphens, printable ASCII else, an expiry. `k` is the caller's to free. -1: ERR_ABSENT (the
 * frame has none), ERR_FORMAT, ERR_MEMORY; `k` is then empty. */
int kept_get(const struct frame *f, enum wire_field first, struct kept *k, struct err *e);

void kept_free(struct kept *k);

/* Is it an access key's id, by form? */
bool kept_is_id(const char *text);

#endif
