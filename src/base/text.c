#include "base/text.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The length of the UTF-8 character at p (1 to 4), its code point in *cp;
 * 0 when the bytes are not UTF-8 (overlong forms and surrogates included). */
static size_t
decode(const unsigned char *p, size_t left, uint32_t *cp)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t n = p[0] < 0x80 ? 1 : p[0] >> 5 == 6 ? 2 : p[0] >> 4 == 14 ? 3 : p[0] >> 3 == 30 ? 4 : 0;

    if (n == 0 || n > left)
        return 0;
    *cp = n == 1 ? p[0] : p[0] & (0x7fU >> n);
    for (size_t i = 1; i < n; i++) {
        if (p[i] >> 6 != 2)
            return 0;
        *cp = *cp << 6 | (p[i] & 0x3fU);
    }
    if (*cp < least[n] || *cp > 0x10ffff || (*cp >= 0xd800 && *cp <= 0xdfff))
        return 0;
    return n;
}

static bool
harmless(uint32_t cp)
{
    return cp >= 0x20 && !(cp >= 0x7f && cp <= 0x9f) && !(cp >= 0x200e && cp <= 0x200f) &&
           !(cp >= 0x2028 && cp <= 0x202e) && !(cp >= 0x2066 && cp <= 0x2069) && cp != 0x061c;
}

void
text_clean(char *dst, size_t size, const char *src, size_t len)
{
    const unsigned char *p = (const unsigned char *)src;
    size_t out = 0;

    if (size == 0)
        return;
    for (size_t i = 0; i < len;) {
        uint32_t cp = 0;
        size_t n = decode(p + i, len - i, &cp);
        bool keep = n > 0 && harmless(cp);
        size_t width = keep ? n : 1;

        if (out + width >= size)
            break;
        if (keep)
            memcpy(dst + out, p + i, n);
        else
            dst[out] = '?';
        out += width;
        i += n > 0 ? n : 1;
    }
    dst[out] = '\0';
}

bool
text_number(const char *text, int least, int most, int *number)
{
    char *end = NULL;
    long n;

    errno = 0;
    n = strtol(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || errno != 0 || n < least || n > most)
        return false;
    *number = (int)n;
    return true;
}

bool
text_is_one_of(const char *text, const char *words)
{
    size_t len = strlen(text);

    for (;; words++) {
        size_t n = strcspn(words, "|");

        if (n == len && memcmp(words, text, len) == 0)
            return true;
        words += n;
        if (*words == '\0')
            return false;
    }
}
