/*
 * heap: src/base/pages.h on the heap, in blocks of just the size: in pages, what lies behind a
 * secret's end is out of the address sanitizer's sight.
 */
#include <stdlib.h>

#include "base/pages.h"

size_t
pages_size(size_t need)
{
    return need;
}

void *
pages_map(size_t size)
{
    return calloc(1, size);
}

void
pages_unmap(void *p, size_t size)
{
    (void)size;
    free(p);
}
