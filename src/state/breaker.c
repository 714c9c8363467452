#include "state/breaker.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fdio.h"
#include "state/lock.h"

static const char file[] = "breaker";

struct breaker {
    unsigned failures; /* in a row */
    int64_t until;     /* 0: closed */
};

static struct breaker
load(int state)
{
    struct breaker b = {0, 0};
    struct stat st;
    char text[64];
    int fd = openat(state, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    ssize_t n = -1;

    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
        n = read(fd, text, sizeof(text) - 1);
    fdio_close(fd);
    if (n <= 0)
        return b;
    text[n] = '\0';
    if (sscanf(text, "failures=%6u until=%12" SCNd64, &b.failures, &b.until) != 2)
        b = (struct breaker){0, 0};
    return b;
}

static void
save(int state, struct breaker b)
{
    char text[64];
    int n = snprintf(text, sizeof(text), "failures=%u until=%" PRId64 "\n", b.failures, b.until);

    (void)fdio_replace(state, file, text, (size_t)n, 0600, NULL);
}

/* BREAKER_MIN_S, doubled with each failure that follows, at most BREAKER_MAX_S. */
static int64_t
wait_after(unsigned failures)
{
    int64_t wait = BREAKER_MIN_S;

    for (unsigned i = BREAKER_FAILURES; i < failures && wait < BREAKER_MAX_S; i++)
        wait *= 2;
    return wait < BREAKER_MAX_S ? wait : BREAKER_MAX_S;
}

int
breaker_allows(int state, int64_t now, int whole)
{
    struct breaker b = load(state);

    if (now < b.until && b.until - now <= BREAKER_MAX_S)
        return 0;
    return b.failures > 0 && b.failures < BREAKER_FAILURES ? whole / 2 : whole;
}

int64_t
breaker_count(int state, bool reached, int64_t now, bool *changed)
{
    struct breaker was, is = {0, 0};
    int lock = lock_breaker(state);

    was = load(state);
    if (!reached) {
        is.failures = was.failures < 100 ? was.failures + 1 : was.failures;
        is.until = is.failures < BREAKER_FAILURES ? 0 : now + wait_after(is.failures);
    }
    *changed = is.until > 0 || was.until > 0;
    /* Somebody else counts at this moment: one of the two is enough. */
    if (lock >= 0 && (is.failures != was.failures || is.until != was.until))
        save(state, is);
    lock_release(lock);
    return is.until > 0 ? is.until - now : 0;
}
