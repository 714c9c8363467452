/*
 * buf: a growing string with a ceiling, for bytes that are not secret.
 *
 * Errors stick: after the first failure every append is a no-op and
 * buf_check() fails, so a caller may append ten times and ask once. The content always ends
 * in a NUL that is not counted.
 */
#ifndef IAMLP_BASE_BUF_H
#define IAMLP_BASE_BUF_H

#include <stddef.h>

#include "base/err.h"

struct buf {
    char *data;          /* NULL until the first append; use buf_str() */
    size_t len;          /* bytes of content */
    size_t size;         /* bytes at data */
    size_t max;          /* ceiling of len */
    enum err_code fault; /* ERR_OK, ERR_LIMIT or ERR_MEMORY */
};

/* An empty buffer for at most `max` bytes of content. Allocates nothing. */
void buf_init(struct buf *b, size_t max);

/* Append bytes, a string, or a formatted string. */
void buf_add(struct buf *b, const void *data, size_t len);
void buf_adds(struct buf *b, const char *s);
void buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* 0 while every append has fitted; else -1 with ERR_LIMIT or ERR_MEMORY, the
 * sentence naming `what`. */
int buf_check(const struct buf *b, const char *what, struct err *e);

/* The content; "" when empty. Valid until the next append or free. */
const char *buf_str(const struct buf *b);

/* Release and make empty again; the ceiling stays. */
void buf_free(struct buf *b);

#endif
