#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/text.h"

void
fuzz_broken(const char *what, const char *file, int line)
{
    (void)fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
    abort();
}

bool
fuzz_clean(const char *text, size_t size)
{
    size_t len = strlen(text), same = 0;
    char *clean = malloc(len + 1);

    FUZZ_HOLDS(clean != NULL && len < size);
    text_clean(clean, len + 1, text, len);
    while (same < len && text[same] == clean[same])
        same++;
    free(clean);
    return same == len || (len + 1 == size && len - same < 4);
}

void
fuzz_failed(const struct err *e)
{
    FUZZ_HOLDS(e->code != ERR_OK);
    FUZZ_HOLDS(e->msg[0] != '\0');
    FUZZ_HOLDS(fuzz_clean(e->msg, sizeof(e->msg)));
}

size_t
fuzz_word(const uint8_t *data, size_t left, char end, char *out, size_t size)
{
    size_t n = 0;

    while (n < left && n + 1 < size && data[n] != '\0' && data[n] != (uint8_t)end) {
        out[n] = (char)data[n];
        n++;
    }
    out[n] = '\0';
    return n < left && (data[n] == '\0' || data[n] == (uint8_t)end) ? n + 1 : n;
}

char *
fuzz_string(const uint8_t *data, size_t size)
{
    char *s = malloc(size + 1);

    FUZZ_HOLDS(s != NULL);
    if (size > 0)
        memcpy(s, data, size);
    s[size] = '\0';
    return s;
}

/* ---- clocks -------------------------------------------------------------------------- */

static int64_t
wall_s(void)
{
    return FUZZ_NOW;
}

static int64_t
mono_ms(void)
{
    static int64_t now;

    return ++now;
}

const struct clock fuzz_clock = {wall_s, mono_ms};

/* ---- files --------------------------------------------------------------------------- */

static int
memory(const char *name)
{
    int fd = memfd_create(name, MFD_CLOEXEC);

    FUZZ_HOLDS(fd >= 0);
    return fd;
}

void
fuzz_stdout_begin(void)
{
    int fd = memory("stdout");

    FUZZ_HOLDS(dup2(fd, STDOUT_FILENO) == STDOUT_FILENO);
    (void)close(fd);
}

char *
fuzz_stdout(size_t *len)
{
    off_t end;
    char *text;

    FUZZ_HOLDS(fflush(stdout) == 0);
    end = lseek(STDOUT_FILENO, 0, SEEK_CUR);
    FUZZ_HOLDS(end >= 0);
    *len = (size_t)end;
    text = malloc(*len + 1);
    FUZZ_HOLDS(text != NULL && pread(STDOUT_FILENO, text, *len, 0) == (ssize_t)*len);
    text[*len] = '\0';
    FUZZ_HOLDS(lseek(STDOUT_FILENO, 0, SEEK_SET) == 0 && ftruncate(STDOUT_FILENO, 0) == 0);
    return text;
}

int
fuzz_file(const void *data, size_t size, char path[32])
{
    int fd = memory("input");

    FUZZ_HOLDS(size == 0 || write(fd, data, size) == (ssize_t)size);
    (void)snprintf(path, 32, "/dev/fd/%d", fd);
    return fd;
}
