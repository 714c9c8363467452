#include "aws/wipe.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/pages.h"

/* From here on a block gets pages of its own: libcurl's buffers do, and little else. */
#define PAGES_MIN 8192

/* In front of every block: how much of it is to be cleared. */
union head {
    size_t size;
    max_align_t align;
};

static union head *
head_of(void *p)
{
    return (union head *)p - 1;
}

static void *
too_large(void)
{
    errno = ENOMEM;
    return NULL;
}

void *
wipe_malloc(size_t size)
{
    union head *h;

    if (size > SIZE_MAX - sizeof(*h))
        return too_large();
    h = size >= PAGES_MIN ? pages_map(sizeof(*h) + size) : malloc(sizeof(*h) + size);
    if (h == NULL)
        return NULL;
    h->size = size;
    return h + 1;
}

void *
wipe_calloc(size_t count, size_t size)
{
    void *p;

    if (size != 0 && count > SIZE_MAX / size)
        return too_large();
    p = wipe_malloc(count * size);
    if (p != NULL)
        memset(p, 0, count * size);
    return p;
}

void *
wipe_realloc(void *p, size_t size)
{
    void *q;

    if (p == NULL)
        return wipe_malloc(size);
    q = wipe_malloc(size);
    if (q == NULL)
        return NULL;
    memcpy(q, p, head_of(p)->size < size ? head_of(p)->size : size);
    wipe_free(p);
    return q;
}

char *
wipe_strdup(const char *s)
{
    size_t size = strlen(s) + 1;
    char *p = wipe_malloc(size);

    if (p != NULL)
        memcpy(p, s, size);
    return p;
}

void
wipe_free(void *p)
{
    union head *h;

    if (p == NULL)
        return;
    h = head_of(p);
    if (h->size >= PAGES_MIN) {
        pages_unmap(h, sizeof(*h) + h->size);
        return;
    }
    explicit_bzero(p, h->size);
    free(h);
}
