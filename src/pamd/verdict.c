#include "pamd/verdict.h"

#include <string.h>

/* libpam's impression so far. */
enum {
    UNDECIDED,
    POSITIVE,
    NEGATIVE,
};

/* How a line is reached. */
struct state {
    unsigned impression;
    bool worked; /* a module that counts has succeeded, and since then none has failed whose
                  * success would have decided the stack */
};

enum {
    STATES = 2 * (NEGATIVE + 1)
};

struct walk {
    const struct stack *stack;
    unsigned char
        seen[STACK_LINES_MAX + 1]; /* in which states each line is reached, one bit each */
};

static void
reach(struct walk *w, size_t at, const struct state *s)
{
    w->seen[at] |= (unsigned char)(1 << (2 * s->impression + s->worked));
}

/* The line behind all those that are deeper than, or as deep as, the one at `at`. */
static size_t
behind(const struct stack *s, size_t at, unsigned level)
{
    while (at < s->count && s->lines[at].level >= level)
        at++;
    return at;
}

/* Where a jump over n modules from `at` leads; a substack is one of them. *beyond: out of the
 * substack that it stands in. */
static size_t
land(const struct stack *s, size_t at, int n, bool *beyond)
{
    unsigned level = s->lines[at].level;
    size_t to = at + 1;

    for (; n > 0 && to < s->count && s->lines[to].level >= level; n--)
        to = behind(s, to + 1, level + 1);
    *beyond = n > 0;
    return to;
}

/* Go on from `at` by one action. */
static void
go(struct walk *w, size_t at, struct state now, bool succeeded, int action)
{
    const struct stack *s = w->stack;
    unsigned level = s->lines[at].level;
    bool beyond = false, decided = false;
    size_t to = at + 1;

    switch (action) {
    case CONTROL_OK:
    case CONTROL_DONE:
        /* A failure that is ok makes the stack fail by it. */
        if (now.impression == UNDECIDED || !succeeded)
            now.impression = succeeded ? POSITIVE : NEGATIVE;
        decided = action == CONTROL_DONE && now.impression == POSITIVE;
        break;
    case CONTROL_BAD:
    case CONTROL_DIE:
        now.impression = NEGATIVE;
        decided = action == CONTROL_DIE;
        break;
    case CONTROL_RESET:
        /* In a substack to what it was before that, which is not kept here. */
        now.impression = level == 0 ? UNDECIDED : NEGATIVE;
        break;
    case CONTROL_IGNORE:
        break;
    default:
        to = land(s, at, action, &beyond);
        if (beyond)
            now.impression = NEGATIVE;
    }
    if (decided)
        to = behind(s, to, level);
    if (!decided || level > 0)
        reach(w, to, &now);
}

static bool
calls(const struct pamd_line *line, const char *module)
{
    const char *slash = strrchr(line->target, '/');

    return strcmp(slash != NULL ? slash + 1 : line->target, module) == 0;
}

/* Does its success decide the stack, or skip what would otherwise be run? */
static bool
decides(const struct control *c)
{
    return c->success == CONTROL_DONE || c->success > 0;
}

/* Does it not matter whether the module succeeds? */
static bool
optional(const struct control *c)
{
    return c->success == CONTROL_IGNORE ||
           (c->success == CONTROL_OK && c->count == 1 && c->failures[0] == CONTROL_IGNORE);
}

static void
step(struct walk *w, size_t at, struct state now)
{
    const struct pamd_line *line = &w->stack->lines[at].line;
    bool permits = calls(line, "pam_permit.so");
    struct state next = now;

    /* A substack's own line does nothing. */
    if (line->kind != PAMD_CALL) {
        reach(w, at + 1, &now);
        return;
    }
    next.worked = now.worked || (!permits && !optional(&line->does));
    if (!calls(line, "pam_deny.so"))
        go(w, at, next, true, line->does.success);
    next.worked = now.worked && !decides(&line->does);
    for (int i = 0; i < line->does.count && !permits; i++)
        go(w, at, next, false, line->does.failures[i]);
}

bool
verdict_refused(const struct stack *s, size_t line)
{
    struct walk w = {.stack = s};
    const struct state first = {UNDECIDED, false};

    reach(&w, 0, &first);
    for (size_t at = 0; at < line; at++)
        for (unsigned i = 0; i < STATES; i++)
            if ((w.seen[at] & (1 << i)) != 0)
                step(&w, at, (struct state){i / 2, i % 2 != 0});
    return (w.seen[line] & ~(1 << (2 * POSITIVE + 1))) != 0;
}
