#include "base/secret.h"

#include <stdlib.h>
#include <string.h>

#include "base/pages.h"

struct secret {
    char *data;
    size_t len;
    size_t mapped; /* bytes at data; content may use mapped - 1 */
    size_t max;
};

struct secret *
secret_new(size_t max, struct err *e)
{
    struct secret *s = calloc(1, sizeof(*s));

    if (s == NULL) {
        err_set(e, ERR_MEMORY, "out of memory");
        return NULL;
    }
    s->max = max;
    s->mapped = pages_size(1);
    s->data = pages_map(s->mapped);
    if (s->data == NULL) {
        free(s);
        err_set(e, ERR_MEMORY, "out of memory");
        return NULL;
    }
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
    size_t need;
    char *p;

    if (len > s->max - s->len) {
        err_set(e, ERR_LIMIT, "more than %zu bytes", s->max);
        return NULL;
    }
    need = s->len + len + 1;
    if (need > s->mapped) {
        size_t size = pages_size(need);

        p = pages_map(size);
        if (p == NULL) {
            err_set(e, ERR_MEMORY, "out of memory");
            return NULL;
        }
        memcpy(p, s->data, s->len);
        pages_unmap(s->data, s->mapped);
        s->data = p;
        s->mapped = size;
    }
    p = s->data + s->len;
    s->len += len;
    s->data[s->len] = '\0';
    return p;
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
    explicit_bzero(s->data + len, s->len - len);
    s->len = len;
}

void
secret_free(struct secret *s)
{
    if (s == NULL)
        return;
    pages_unmap(s->data, s->mapped);
    free(s);
}
