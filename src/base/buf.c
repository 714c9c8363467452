#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
buf_init(struct buf *b, size_t max)
{
    memset(b, 0, sizeof(*b));
    b->max = max;
}

void
buf_add(struct buf *b, const void *data, size_t len)
{
    if (b->fault != ERR_OK)
        return;
    if (len > b->max - b->len) {
        b->fault = ERR_LIMIT;
        return;
    }
    if (b->len + len + 1 > b->size) {
        size_t size = (b->len + len + 1) * 2;
        char *p = realloc(b->data, size);

        if (p == NULL) {
            b->fault = ERR_MEMORY;
            return;
        }
        b->data = p;
        b->size = size;
    }
    if (len > 0)
        memcpy(b->data + b->len, data, len);
    b->len += len;
    b->data[b->len] = '\0';
}

void
buf_adds(struct buf *b, const char *s)
{
    buf_add(b, s, strlen(s));
}

void
buf_addf(struct buf *b, const char *fmt, ...)
{
    char *s = NULL;
    va_list ap;
    int n;

    if (b->fault != ERR_OK)
        return;
    va_start(ap, fmt);
    n = vasprintf(&s, fmt, ap);
    va_end(ap);
    if (n < 0) {
        b->fault = ERR_MEMORY;
        return;
    }
    buf_add(b, s, (size_t)n);
    free(s);
}

int
buf_check(const struct buf *b, const char *what, struct err *e)
{
    switch (b->fault) {
    case ERR_OK:
        return 0;
    case ERR_LIMIT:
        return err_set(e, ERR_LIMIT, "%s: more than %zu bytes", what, b->max);
    default:
        return err_set(e, ERR_MEMORY, "%s: out of memory", what);
    }
}

const char *
buf_str(const struct buf *b)
{
    return b->data != NULL ? b->data : "";
}

void
buf_free(struct buf *b)
{
    free(b->data);
    buf_init(b, b->max);
}
