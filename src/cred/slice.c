#include "cred/slice.h"

#include <string.h>

/* What Python's strip() takes for blank beside ASCII's: a key pasted from a web
 * page may come with such a space, and the AWS CLI does not mind. */
static const char *const wide_blanks[] = {
    "\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x81",
    "\xe2\x80\x82", "\xe2\x80\x83", "\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86",
    "\xe2\x80\x87", "\xe2\x80\x88", "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xa8",
    "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80",
};

static bool
ascii_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || (c >= '\x1c' && c <= '\x1f');
}

/* Bytes of the blank at the start (or end) of s; 0: there is none. */
static size_t
blank(struct slice s, bool at_end)
{
    if (s.len == 0)
        return 0;
    if (ascii_blank(s.p[at_end ? s.len - 1 : 0]))
        return 1;
    for (size_t i = 0; i < sizeof(wide_blanks) / sizeof(wide_blanks[0]); i++) {
        size_t n = strlen(wide_blanks[i]);

        if (n <= s.len && memcmp(at_end ? s.p + s.len - n : s.p, wide_blanks[i], n) == 0)
            return n;
    }
    return 0;
}

size_t
slice_strip(struct slice *s)
{
    size_t n, indent = 0;

    while ((n = blank(*s, false)) > 0) {
        s->p += n;
        s->len -= n;
        indent++;
    }
    while ((n = blank(*s, true)) > 0)
        s->len -= n;
    return indent;
}

bool
slice_same(struct slice a, struct slice b)
{
    return a.len == b.len && memcmp(a.p, b.p, a.len) == 0;
}

bool
slice_is(struct slice s, const char *text)
{
    return s.len == strlen(text) && memcmp(s.p, text, s.len) == 0;
}
