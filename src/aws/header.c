#include "aws/header.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/when.h"

static bool
blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool
header_is(const char *line, size_t len, const char *name, const char **value, size_t *value_len)
{
    size_t n = strlen(name);
    const char *p, *end = line + len;

    if (len <= n || line[n] != ':' || strncasecmp(line, name, n) != 0)
        return false;
    p = line + n + 1;
    while (p < end && blank(*p))
        p++;
    while (end > p && blank(end[-1]))
        end--;
    *value = p;
    *value_len = (size_t)(end - p);
    return true;
}

/* Does s have the shape: 'a' a letter, '0' a digit, all else itself? */
static bool
has_shape(const char *s, const char *shape)
{
    for (; *shape != '\0'; s++, shape++) {
        bool letter = (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z');
        bool digit = *s >= '0' && *s <= '9';

        if (*shape == 'a' ? !letter : *shape == '0' ? !digit : *s != *shape)
            return false;
    }
    return true;
}

int64_t
header_date(const char *value, size_t len)
{
    static const char shape[] = "aaa, 00 aaa 0000 00:00:00 GMT";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char s[sizeof(shape)], month[4] = "", date[32];
    int64_t seconds = 0;
    const char *m;

    if (len != sizeof(shape) - 1)
        return 0;
    memcpy(s, value, len);
    s[len] = '\0';
    if (!has_shape(s, shape))
        return 0;
    memcpy(month, s + 8, 3);
    m = strstr(months, month);
    if (m == NULL || (m - months) % 3 != 0)
        return 0;
    (void)snprintf(date, sizeof(date), "%.4s-%02d-%.2sT%.8sZ", s + 12, (int)(m - months) / 3 + 1,
                   s + 5, s + 17);
    return when_parse(date, &seconds) == 0 && seconds > 0 ? seconds : 0;
}
