/*
 * failalloc: linked into a program (and, for itself alone, into the module), lets one of
 * its allocations fail.
 *
 * What is to happen stands in /dev/shm/failalloc, a struct plan: of the program of that
 * name the N-th allocation fails among those that it makes itself (own) or among those of
 * its libraries, and `hit` says so. It is mapped before main, because the programs close
 * what they inherit and become other users. Without the file all is as ever.
 */
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);

struct plan {
    char program[32];
    uint64_t own;
    uint64_t nth;
    uint64_t counted;
    uint64_t hit;
};

static struct plan *plan;
static uintptr_t begins, ends; /* of the code that this is linked into */

static int
look_at(struct dl_phdr_info *info, size_t size, void *arg)
{
    (void)size, (void)arg;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        uintptr_t from = info->dlpi_addr + part->p_vaddr;

        if (part->p_type == PT_LOAD && (uintptr_t)look_at - from < part->p_memsz) {
            begins = from;
            ends = from + part->p_memsz;
            return 1;
        }
    }
    return 0;
}

__attribute__((constructor)) static void
begin(void)
{
    int fd = open("/dev/shm/failalloc", O_RDWR | O_CLOEXEC);
    struct plan *p = MAP_FAILED;

    if (fd < 0)
        return;
    (void)dl_iterate_phdr(look_at, NULL);
    p = mmap(NULL, sizeof(*p), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    (void)close(fd);
    if (p != MAP_FAILED && strcmp(p->program, program_invocation_short_name) == 0)
        plan = p;
}

static int
fails(void *caller)
{
    int own = (uintptr_t)caller >= begins && (uintptr_t)caller < ends;

    if (plan == NULL || own != (int)plan->own ||
        __atomic_add_fetch(&plan->counted, 1, __ATOMIC_RELAXED) != plan->nth)
        return 0;
    plan->hit = 1;
    errno = ENOMEM;
    return 1;
}

void *
malloc(size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *
calloc(size_t n, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *old, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_realloc(old, size);
}
