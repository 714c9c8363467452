#include "script.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"

enum {
    /* A socket holds so much without a reader, and so many answers. */
    WAITING_MAX = 64 * 1024,
    FRAMES_MAX = 64
};

/* The next line, without its end; false: there are no more. */
static bool
next_line(struct script *s, const char **line, size_t *len)
{
    const char *end;

    if (s->p == s->end)
        return false;
    end = memchr(s->p, '\n', (size_t)(s->end - s->p));
    *line = s->p;
    *len = (size_t)((end != NULL ? end : s->end) - s->p);
    s->p = end != NULL ? end + 1 : s->end;
    return true;
}

static void
put_field(struct frame *f, const char *line, size_t len)
{
    char *value = NULL, *after = NULL;
    char *copy = fuzz_string((const uint8_t *)line, len);
    unsigned long id = strtoul(copy, &after, 10);

    if (after == copy || id > 255 || (*after != '=' && *after != '#'))
        goto out;
    value = after + 1;
    if (*after == '#') {
        frame_put_number(f, (enum wire_field)id, strtoll(value, NULL, 10));
        goto out;
    }
    for (char *p = value; p < copy + len; p++)
        if (*p == '|')
            *p = '\n';
    frame_put(f, (enum wire_field)id, value, (size_t)(copy + len - value));
out:
    free(copy);
}

bool
script_frame(struct script *s, struct frame *f, size_t max)
{
    const char *line = NULL;
    size_t len = 0;

    do {
        if (!next_line(s, &line, &len))
            return false;
    } while (len == 0 || line[0] != ':');
    frame_init(f, (enum wire_type)(strtoul(line + 1, NULL, 10) & 255), max);
    while (s->p < s->end && *s->p != ':' && *s->p != '!' && next_line(s, &line, &len))
        put_field(f, line, len);
    return true;
}

bool
script_answer(struct script *s, int *status, const char **body, size_t *len)
{
    const char *line = NULL, *skipped;

    do {
        if (!next_line(s, &line, len))
            return false;
    } while (*len == 0 || line[0] != '!');
    *status = (int)(strtoul(line + 1, NULL, 10) % 1000);
    *body = s->p;
    while (s->p < s->end && *s->p != ':' && *s->p != '!')
        (void)next_line(s, &skipped, len);
    *len = (size_t)(s->p - *body);
    return true;
}

void
script_socket(const char *text, size_t len, size_t max, int fds[2])
{
    struct secret *all = secret_new(WAITING_MAX, NULL);
    struct script s = {text, text + len};
    struct err e = ERR_INIT;
    struct frame f;

    FUZZ_HOLDS(all != NULL && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
    for (int i = 0; i < FRAMES_MAX && script_frame(&s, &f, max); i++) {
        const struct secret *bytes = frame_bytes(&f, &e);

        if (bytes != NULL)
            (void)secret_append(all, secret_str(bytes), secret_len(bytes), &e);
        frame_free(&f);
    }
    /* At once: a socket counts many small ones as much more than their bytes. */
    FUZZ_HOLDS(secret_len(all) == 0 ||
               write(fds[0], secret_str(all), secret_len(all)) == (ssize_t)secret_len(all));
    secret_free(all);
    FUZZ_HOLDS(shutdown(fds[0], SHUT_WR) == 0);
}
