#include "aws/header.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

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
    char s[sizeof(shape)], month[4] = "";
    struct tm tm = {0}, again;
    const char *m;
    time_t t;

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
    tm.tm_mday = atoi(s + 5);
    tm.tm_mon = (int)(m - months) / 3;
    tm.tm_year = atoi(s + 12) - 1900;
    tm.tm_hour = atoi(s + 17);
    tm.tm_min = atoi(s + 20);
    tm.tm_sec = atoi(s + 23);
    again = tm;
    t = timegm(&again);
    /* timegm makes the 31st of February a day in March: not a date then. */
    if (t <= 0 || again.tm_mday != tm.tm_mday || again.tm_mon != tm.tm_mon ||
        again.tm_hour != tm.tm_hour || again.tm_min != tm.tm_min || again.tm_sec != tm.tm_sec)
        return 0;
    return t;
}
