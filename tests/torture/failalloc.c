/*
 * failalloc: linked into a program (and, for itself alone, into the module), lets one of
 * its allocations fail.
 *
 * What is to happen stands in /dev/shm/failalloc, a struct plan: the N-th allocation of
 * the program of that name fails, and `hit` says so: 1 where the program itself has asked
 * for it, 2 where a library has. It is mapped before main, because the programs close what
 * they inherit and become other users. Without the file all is as ever.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);

struct plan {
    char program[32];
    uint64_t nth;
    uint64_t counted;
    uint64_t hit;
};

static struct plan *plan;

__attribute__((constructor)) static void
begin(void)
{
    int fd = open("/dev/shm/failalloc", O_RDWR | O_CLOEXEC);
    struct plan *p = MAP_FAILED;

    if (fd < 0)
        return;
    p = mmap(NULL, sizeof(*p), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    (void)close(fd);
    if (p != MAP_FAILED && strcmp(p->program, program_invocation_short_name) == 0)
        plan = p;
}

static int
fails(const void *caller)
{
    Dl_info his, ours;

    if (plan == NULL || __atomic_add_fetch(&plan->counted, 1, __ATOMIC_RELAXED) != plan->nth)
        return 0;
    plan->hit = dladdr(caller, &his) != 0 && dladdr((void *)&plan, &ours) != 0 &&
                        his.dli_fbase == ours.dli_fbase
                    ? 1
                    : 2;
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
