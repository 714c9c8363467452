#include "conf/ere.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum {
    COPIES_MAX = 32767 /* of x{n}, RE_DUP_MAX; beyond it regcomp refuses */
};

struct walk {
    const char *at;
    bool refers_back, closes_nothing, repeats_nothing;
};

/* A part of the expression. */
struct part {
    size_t size; /* characters when written out */
    bool may_be_empty;
};

/* Never beyond one more than the ceiling: sums and products of these do not overflow. */
static size_t
capped(size_t n)
{
    return n <= ERE_SIZE_MAX ? n : ERE_SIZE_MAX + 1;
}

/* Behind [...], in which ']' comes first or last, and [:x:], [=x=] and [.x.] may stand. */
static const char *
behind_bracket(const char *s)
{
    s += s[1] == '^' ? 2 : 1;
    for (bool first = true; *s != '\0' && (first || *s != ']'); first = false) {
        const char end[] = {s[0] == '[' && s[1] != '\0' && strchr(":=.", s[1]) ? s[1] : '\0', ']',
                            '\0'};
        const char *closed = end[0] != '\0' ? strstr(s + 2, end) : NULL;

        s = closed != NULL ? closed + 2 : s + 1;
    }
    return *s == ']' ? s + 1 : s;
}

/* `one` with the repetition that stands behind it; behind that then. */
static struct part
repeated(struct walk *w, struct part one)
{
    unsigned long least = *w->at == '+', most = 1;
    bool endless = *w->at != '?';
    char *end;

    w->repeats_nothing = w->repeats_nothing || one.may_be_empty;
    if (*w->at++ == '{') {
        least = strtoul(w->at, &end, 10);
        most = *end == ',' ? strtoul(end + 1, &end, 10) : least;
        endless = end[-1] == ',';
        if (*end == '}')
            w->at = end + 1;
    }
    if (most < least)
        most = least;
    if (most > COPIES_MAX)
        most = COPIES_MAX;
    /* x{3,} is xxxx*, x* is one x, and x{0} is left out only when it has been written out. */
    if (endless && least > 0)
        most++;
    return (struct part){capped(one.size * (most > 0 ? most : 1)), one.may_be_empty || least == 0};
}

/* All up to the end, or to the ')' of the group in which it is. */
static struct part
weigh(struct walk *w, bool group)
{
    struct part all = {0, false};
    bool empty = true; /* what is read of this alternative may be */

    while (*w->at != '\0' && !(group && *w->at == ')')) {
        struct part one = {1, false};

        if (*w->at == '(') {
            w->at++;
            one = weigh(w, true);
            one.size++;
            w->at += *w->at == ')' ? 1 : 0;
        } else if (*w->at == '[') {
            w->at = behind_bracket(w->at);
        } else if (*w->at == '\\' && w->at[1] != '\0') {
            w->refers_back = w->refers_back || (w->at[1] >= '1' && w->at[1] <= '9');
            one.may_be_empty = strchr("<>bB`'", w->at[1]) != NULL;
            w->at += 2;
        } else {
            w->closes_nothing = w->closes_nothing || *w->at == ')';
            one.may_be_empty = strchr("^$", *w->at) != NULL;
            if (*w->at++ == '|') {
                all = (struct part){capped(all.size + 1), all.may_be_empty || empty};
                empty = true;
                continue;
            }
        }
        while (*w->at != '\0' && strchr("*+?{", *w->at) != NULL)
            one = repeated(w, one);
        all.size = capped(all.size + one.size);
        empty = empty && one.may_be_empty;
    }
    all.may_be_empty = all.may_be_empty || empty;
    return all;
}

int
ere_check(const char *ere, struct err *e)
{
    struct walk w = {.at = ere};
    size_t size = weigh(&w, false).size;

    if (w.refers_back)
        return err_set(e, ERR_CONFIG, "a back-reference; write the expression without \\1 to \\9");
    if (w.closes_nothing)
        return err_set(e, ERR_CONFIG,
                       "not a valid extended regular expression (a ')' without its '('); mend it");
    if (w.repeats_nothing)
        return err_set(e, ERR_CONFIG,
                       "a repetition of what may be empty, as in (a*)+ or a?*; leave one of them "
                       "out");
    if (size > ERE_SIZE_MAX)
        return err_set(e, ERR_CONFIG,
                       "more than %d characters when its repetitions are written out; use fewer of "
                       "+ and {}, or lower numbers",
                       ERE_SIZE_MAX);
    return 0;
}
