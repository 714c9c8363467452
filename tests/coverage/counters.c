/*
 * counters: linked into each program and into the module of ./dev coverage, keeps what gcov
 * counts in a file from the first instruction on.
 *
 * gcov writes its counts at exit, where our processes cannot: they end by _exit or are killed,
 * have become a user who may write nothing, are shut in, or are copies that never exec. So the
 * counters (tests/coverage/counters.ld puts them on pages of their own) are a shared mapping of
 * COUNTERS/BUILD-ID: whatever becomes of a process, its counts are there. The file is opened
 * before main, closed at once, and anybody's to write.
 *
 * With IAMLP_COVERAGE in the environment nothing is run: "begin" makes the file, "end" gives
 * gcov what has been counted.
 */
#include <fcntl.h>
#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

void __gcov_dump(void);
void __wrap___gcov_exit(void);

extern char counters_begin[], counters_end[];

/* gcov's own end, which would write as a user who may not, and say so. */
void
__wrap___gcov_exit(void)
{
}

/* What follows COUNTERS/ is in the notes, among others. */
static void
look(const char *notes, size_t size, char path[512])
{
    for (size_t at = 0; at + sizeof(ElfW(Nhdr)) < size;) {
        const ElfW(Nhdr) *note = (const void *)(notes + at);
        const char *id = notes + at + sizeof(*note) + ((note->n_namesz + 3U) & ~3U);
        int used = snprintf(path, 512, "%s/", COUNTERS);

        if (note->n_type == NT_GNU_BUILD_ID) {
            for (size_t i = 0; i < note->n_descsz; i++)
                used += snprintf(path + used, 512 - (size_t)used, "%02x", (unsigned char)id[i]);
            return;
        }
        at = (size_t)(id - notes) + ((note->n_descsz + 3U) & ~3U);
    }
}

/* Of what is loaded, is it us? */
static int
find(struct dl_phdr_info *info, size_t size, void *path)
{
    int ours = 0;

    (void)size;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];

        ours |= part->p_type == PT_LOAD &&
                (uintptr_t)find - info->dlpi_addr - part->p_vaddr < part->p_memsz;
    }
    for (int i = 0; ours && i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_NOTE)
            look((const char *)info->dlpi_addr + info->dlpi_phdr[i].p_vaddr,
                 info->dlpi_phdr[i].p_memsz, path);
    return ours;
}

/* Where it cannot be done nothing is counted, and nobody notices. */
static void
keep(const char *path, size_t size)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);

    if (fd < 0)
        return;
    (void)mmap(counters_begin, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0);
    (void)close(fd);
}

/* The file for the others: they may be limited to files that do not grow. */
static void
prepare(const char *path, size_t size)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);

    if (fd < 0 || fchmod(fd, 0666) != 0 || ftruncate(fd, (off_t)size) != 0) {
        perror(path);
        _exit(1);
    }
    (void)close(fd);
}

__attribute__((constructor)) static void
begin(void)
{
    const char *way = getenv("IAMLP_COVERAGE");
    size_t size = (size_t)(counters_end - counters_begin);
    char path[512] = "";

    (void)dl_iterate_phdr(find, path);
    if (size == 0)
        return;
    if (way != NULL && strcmp(way, "begin") == 0)
        prepare(path, size);
    else
        keep(path, size);
    if (way != NULL) {
        if (strcmp(way, "end") == 0)
            __gcov_dump();
        _exit(0);
    }
}
