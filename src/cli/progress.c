#include "cli/progress.h"

#include <stdio.h>
#include <string.h>

enum {
    BAR = 24, /* columns */
    TERMINAL_MS = 500,
    LINE_MS = 10 * 1000
};

void
progress_begin(struct progress *p, const char *what, size_t total, bool terminal, int64_t now_ms)
{
    *p = (struct progress){
        .what = what, .total = total, .begun_ms = now_ms, .said_ms = now_ms, .terminal = terminal};
}

static void
format_time(int64_t s, char out[24])
{
    if (s < 120)
        (void)snprintf(out, 24, "%lld s", (long long)s);
    else if (s < 120 * 60)
        (void)snprintf(out, 24, "%lld min", (long long)s / 60);
    else
        (void)snprintf(out, 24, "%lld h", (long long)s / 3600);
}

void
progress_format(const struct progress *p, int64_t now_ms, int columns, char line[PROGRESS_SIZE])
{
    int64_t ms = now_ms - p->begun_ms;
    double rate = ms > 0 ? (double)p->done * 1000 / (double)ms : 0;
    int full = p->total > 0 ? (int)(p->done * (size_t)columns / p->total) : columns;
    char bar[BAR + 4] = "", left[24] = "", amiss[32] = "";

    if (columns > 0 && columns <= BAR) {
        bar[0] = '[';
        memset(bar + 1, '.', (size_t)columns);
        memset(bar + 1, '#', (size_t)full);
        memcpy(bar + 1 + columns, "] ", 3);
    }
    if (rate > 0 && p->done < p->total)
        format_time((int64_t)((double)(p->total - p->done) / rate) + 1, left);
    if (p->amiss > 0)
        (void)snprintf(amiss, sizeof(amiss), ", %zu amiss", p->amiss);
    (void)snprintf(line, PROGRESS_SIZE, "%s %s%zu of %zu%s, %.1f/s%s%s", p->what, bar, p->done,
                   p->total, amiss, rate, left[0] != '\0' ? ", time left " : "", left);
}

void
progress_say(struct progress *p, int64_t now_ms, bool last)
{
    int64_t every = p->terminal ? TERMINAL_MS : LINE_MS;
    char line[PROGRESS_SIZE];

    if (!last && now_ms - p->said_ms < every)
        return;
    p->said_ms = now_ms;
    progress_format(p, now_ms, p->terminal ? BAR : 0, line);
    if (p->terminal) {
        /* Blanks over what is left of a longer line: every terminal has them. */
        (void)fprintf(stderr, "\r%-*s%s", p->wide, line, last ? "\n" : "");
        p->wide = (int)strlen(line);
    } else {
        (void)fprintf(stderr, "%s\n", line);
    }
    (void)fflush(stderr);
}
