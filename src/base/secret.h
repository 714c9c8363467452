/*
 * secret: bytes that must not outlive their use.
 *
 * A secret lives in pages of its own (base/pages.h). It grows by moving to new
 * pages and wiping the old ones, so growth leaves no copy behind. It always ends
 * in a NUL that is not counted, so that secret_str() can be handed to libraries.
 *
 * A function that takes ownership of a `struct secret *` says "consumes"; it
 * then frees it in success and in failure.
 */
#ifndef IAMLP_BASE_SECRET_H
#define IAMLP_BASE_SECRET_H

#include <stddef.h>

#include "base/err.h"

struct secret;

/* An empty secret that may grow to `max` bytes. NULL: ERR_MEMORY. */
struct secret *secret_new(size_t max, struct err *e);

/* A secret holding a copy of data[0..len), with that as its ceiling. NULL: ERR_MEMORY. */
struct secret *secret_from(const void *data, size_t len, struct err *e);

/* Append len bytes. -1 (ERR_LIMIT beyond the ceiling, ERR_MEMORY) leaves the
 * content as it was. */
int secret_append(struct secret *s, const void *data, size_t len, struct err *e);

/* The content, NUL-terminated; valid until the next append or free. */
const char *secret_str(const struct secret *s);
size_t secret_len(const struct secret *s);

/* Make room for `len` bytes, return where they go, and count them as content;
 * for read(2) straight into locked pages. NULL as secret_append. */
char *secret_extend(struct secret *s, size_t len, struct err *e);

/* Shorten to len bytes (no-op when it is shorter already) and wipe the rest. */
void secret_truncate(struct secret *s, size_t len);

/* Wipe and release. NULL is allowed. */
void secret_free(struct secret *s);

#endif
