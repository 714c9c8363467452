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
    bool refers_back;
};

/* Never beyond one more than the ceiling: sums and products of these do not overflow. */
static size_t
capped(size_t n)
{
    return n <= ERE_WRITTEN_OUT_MAX ? n : ERE_WRITTEN_OUT_MAX + 1;
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

/* How often regcomp writes out what stands before a repetition; behind it then. */
static size_t
copies(struct walk *w)
{
    unsigned long least, most;
    char *end;

    if (*w->at != '{')
        return *w->at++ == '+' ? 2 : 1;
    least = strtoul(w->at + 1, &end, 10);
    most = *end == ',' ? strtoul(end + 1, &end, 10) : least;
    w->at = *end == '}' ? end + 1 : w->at + 1;
    if (most <= least && end[-1] == ',') /* x{n,}: n times, and then x* */
        most = least + 1;
    return most > COPIES_MAX ? COPIES_MAX : most;
}

/* The characters up to the end, or to the ')' of the group in which it is. */
static size_t
weigh(struct walk *w, bool group)
{
    size_t all = 0;

    while (*w->at != '\0' && !(group && *w->at == ')')) {
        size_t one = 1;

        if (*w->at == '(') {
            w->at++;
            one = 1 + weigh(w, true);
            w->at += *w->at == ')' ? 1 : 0;
        } else if (*w->at == '[') {
            w->at = behind_bracket(w->at);
        } else if (*w->at == '\\' && w->at[1] != '\0') {
            w->refers_back = w->refers_back || (w->at[1] >= '1' && w->at[1] <= '9');
            w->at += 2;
        } else {
            w->at++;
        }
        while (*w->at != '\0' && strchr("*+?{", *w->at) != NULL)
            one = capped(one * copies(w));
        all = capped(all + one);
    }
    return all;
}

int
ere_check(const char *ere, struct err *e)
{
    struct walk w = {ere, false};
    size_t written_out = weigh(&w, false);

    if (w.refers_back)
        return err_set(e, ERR_CONFIG, "a back-reference; write the expression without \\1 to \\9");
    if (written_out > ERE_WRITTEN_OUT_MAX)
        return err_set(e, ERR_CONFIG,
                       "more than %d characters when its repetitions are written out; use fewer of "
                       "+ and {}, or lower numbers",
                       ERE_WRITTEN_OUT_MAX);
    return 0;
}
