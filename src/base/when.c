#include "base/when.h"

#include <stddef.h>
#include <string.h>
#include <time.h>

/* Compare *p with a picture in which 9 stands for a digit; move *p behind it. */
static int
match(const char **p, const char *picture)
{
    const char *s = *p;

    for (; *picture != '\0'; picture++, s++)
        if (*picture == '9' ? *s < '0' || *s > '9' : *s != *picture)
            return -1;
    *p = s;
    return 0;
}

static int
number(const char *digits, size_t count)
{
    int n = 0;

    while (count-- > 0)
        n = n * 10 + (*digits++ - '0');
    return n;
}

/* "Z", or the offset from UTC; move *p behind it. */
static int
zone(const char **p, int *seconds)
{
    const char *sign = *p;
    int hours, minutes;

    *seconds = 0;
    if (match(p, "Z") == 0)
        return 0;
    if (match(p, "+99:99") != 0 && match(p, "-99:99") != 0)
        return -1;
    hours = number(sign + 1, 2);
    minutes = number(sign + 4, 2);
    if (hours > 23 || minutes > 59)
        return -1;
    *seconds = (*sign == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
    return 0;
}

int
when_parse(const char *text, int64_t *seconds)
{
    const char *p = text;
    struct tm tm, back;
    int offset;
    time_t t;

    if (match(&p, "9999-99-99T99:99:99") != 0)
        return -1;
    if (match(&p, ".9") == 0)
        p += strspn(p, "0123456789");
    if (zone(&p, &offset) != 0 || *p != '\0')
        return -1;
    memset(&tm, 0, sizeof(tm));
    tm.tm_year = number(text, 4) - 1900;
    tm.tm_mon = number(text + 5, 2) - 1;
    tm.tm_mday = number(text + 8, 2);
    tm.tm_hour = number(text + 11, 2);
    tm.tm_min = number(text + 14, 2);
    tm.tm_sec = number(text + 17, 2);
    back = tm;
    t = timegm(&back);
    /* timegm makes a day of every number (February 30 becomes March 2): a date
     * that is none comes back different. */
    if (back.tm_year != tm.tm_year || back.tm_mon != tm.tm_mon || back.tm_mday != tm.tm_mday ||
        back.tm_hour != tm.tm_hour || back.tm_min != tm.tm_min || back.tm_sec != tm.tm_sec)
        return -1;
    *seconds = (int64_t)t - offset;
    return 0;
}

void
when_print(int64_t seconds, char out[WHEN_MAX])
{
    time_t when = (time_t)seconds;
    struct tm tm;

    if (gmtime_r(&when, &tm) == NULL || strftime(out, WHEN_MAX, "%Y-%m-%d %H:%M UTC", &tm) == 0)
        memcpy(out, "an unknown time", sizeof("an unknown time"));
}
