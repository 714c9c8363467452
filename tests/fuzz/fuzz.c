#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void
fuzz_broken(const char *what, const char *file, int line)
{
    (void)fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
    abort();
}

/* Read one character of UTF-8 (RFC 3629) at *p, and move *p behind it; UINT32_MAX: it is none.
 * Not base/text.c's reader, which is what it judges. */
static uint32_t
character(const unsigned char **p)
{
    const unsigned char *c = *p;
    unsigned more = c[0] < 0x80 ? 0 : c[0] < 0xc2 ? 9 : c[0] < 0xe0 ? 1 : c[0] < 0xf0 ? 2 : 3;
    uint32_t n = more == 0 ? c[0] : c[0] & (0x3fU >> more);

    if (more == 9 || c[0] > 0xf4)
        return UINT32_MAX;
    for (unsigned i = 1; i <= more; i++) {
        if ((c[i] & 0xc0) != 0x80)
            return UINT32_MAX;
        n = n << 6 | (c[i] & 0x3fU);
    }
    *p += more + 1;
    if ((more == 2 && n < 0x800) || (more == 3 && n < 0x10000) || n > 0x10ffff ||
        (n >= 0xd800 && n <= 0xdfff))
        return UINT32_MAX;
    return n;
}

bool
fuzz_clean(const char *text, size_t size)
{
    const unsigned char *p = (const unsigned char *)text;

    if (strlen(text) >= size)
        return false;
    while (*p != '\0') {
        uint32_t c = character(&p);

        /* Controls; marks and overrides of direction; separators of lines. */
        if (c == UINT32_MAX || c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x61c || c == 0x200e ||
            c == 0x200f || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069))
            return false;
    }
    return true;
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

    /* AFL++'s main has spoken before: that is not what the target prints. */
    FUZZ_HOLDS(fflush(stdout) == 0);
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
