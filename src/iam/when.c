#include "iam/when.h"

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

int
when_parse(const char *text, int64_t *seconds)
{
    const char *p = text;
    struct tm tm, back;
    time_t t;

    if (match(&p, "9999-99-99T99:99:99") != 0)
        return -1;
    if (match(&p, ".9") == 0)
        p += strspn(p, "0123456789");
    if (match(&p, "Z") != 0 && match(&p, "+00:00") != 0)
        return -1;
    if (*p != '\0')
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
    *seconds = t;
    return 0;
}
