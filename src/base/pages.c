#include "base/pages.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

size_t
pages_size(size_t need)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t size = need > SIZE_MAX / 2 ? need : need * 2;

    return (size + page - 1) / page * page;
}

void *
pages_map(size_t size)
{
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (p == MAP_FAILED)
        return NULL;
    (void)mlock(p, size);
    (void)madvise(p, size, MADV_DONTDUMP);
    (void)madvise(p, size, MADV_DONTFORK);
    return p;
}

void
pages_unmap(void *p, size_t size)
{
    if (p == NULL)
        return;
    explicit_bzero(p, size);
    (void)munmap(p, size);
}
