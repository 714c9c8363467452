/*
 * heap: src/base/secret.h on the heap, each secret in a block of just its size that moves
 * with every growth. In pages of its own a secret's end, and a pointer that has outlived a
 * growth, are out of the address sanitizer's sight.
 */
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"

struct secret {
    char *data;
    size_t len;
    size_t max;
};

void *
secret_map(size_t size)
{
    return calloc(1, size);
}

void
secret_unmap(void *p, size_t size)
{
    (void)size;
    free(p);
}

struct secret *
secret_new(size_t max, struct err *e)
{
    struct secret *s = calloc(1, sizeof(*s));

    if (s != NULL)
        s->data = calloc(1, 1);
    if (s == NULL || s->data == NULL) {
        free(s);
        err_set(e, ERR_MEMORY, "out of memory");
        return NULL;
    }
    s->max = max;
    return s;
}

struct secret *
secret_from(const void *data, size_t len, struct err *e)
{
    struct secret *s = secret_new(len, e);

    if (s != NULL && secret_append(s, data, len, e) != 0) {
        secret_free(s);
        s = NULL;
    }
    return s;
}

char *
secret_extend(struct secret *s, size_t len, struct err *e)
{
    char *p = NULL;

    if (len > s->max - s->len) {
        err_set(e, ERR_LIMIT, "more than %zu bytes", s->max);
        return NULL;
    }
    p = malloc(s->len + len + 1);
    if (p == NULL) {
        err_set(e, ERR_MEMORY, "out of memory");
        return NULL;
    }
    memcpy(p, s->data, s->len);
    memset(p + s->len, 0, len + 1);
    free(s->data);
    s->data = p;
    s->len += len;
    return p + s->len - len;
}

int
secret_append(struct secret *s, const void *data, size_t len, struct err *e)
{
    char *p = secret_extend(s, len, e);

    if (p == NULL)
        return -1;
    if (len > 0)
        memcpy(p, data, len);
    return 0;
}

const char *
secret_str(const struct secret *s)
{
    return s->data;
}

size_t
secret_len(const struct secret *s)
{
    return s->len;
}

void
secret_truncate(struct secret *s, size_t len)
{
    if (len >= s->len)
        return;
    s->data[len] = '\0';
    s->len = len;
}

void
secret_free(struct secret *s)
{
    if (s == NULL)
        return;
    free(s->data);
    free(s);
}
