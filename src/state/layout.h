/*
 * layout: a record as text, `key=value` lines, the first `v=1`.
 *
 * Bytes outside 0x21..0x7e and '%' stand as %XX; empty values are left out.
 */
#ifndef IAMLP_STATE_LAYOUT_H
#define IAMLP_STATE_LAYOUT_H

#include "base/buf.h"
#include "base/err.h"
#include "state/record.h"

#define LAYOUT_MAX 1024 /* bytes of a record */

/* Append the record to b. */
void layout_print(const struct record *r, struct buf *b);

/* Read text[0..len) into r; r->uid is kept, all else is begun anew. Allocates nothing.
 * -1: ERR_FORMAT, ERR_LIMIT; r->phase is then RECORD_INTENT unless another phase could
 * be read (STORE-3). */
int layout_parse(const char *text, size_t len, struct record *r, struct err *e);

#endif
