/* Dates of answers: a date that is read is a day of the calendar, and says the same again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "aws/header.h"
#include "base/when.h"
#include "fuzz.h"

static void
check_header(const char *text, size_t len)
{
    const char *value = NULL;
    size_t value_len = 0;
    int64_t date = header_date(text, len);
    time_t t = (time_t)date;
    char again[64];
    struct tm tm;

    FUZZ_HOLDS(date >= 0);
    if (date > 0) {
        FUZZ_HOLDS(gmtime_r(&t, &tm) != NULL);
        FUZZ_HOLDS(strftime(again, sizeof(again), "%a, %d %b %Y %H:%M:%S GMT", &tm) == len);
        /* But for the day of the week, which says nothing. */
        FUZZ_HOLDS(memcmp(again + 3, text + 3, len - 3) == 0);
    }
    if (header_is(text, len, "Date", &value, &value_len)) {
        FUZZ_HOLDS(value >= text + 5 && value + value_len <= text + len);
        (void)header_date(value, value_len);
    }
}

static void
check_when(const char *text)
{
    char again[64];
    int64_t seconds, back;
    struct tm tm;
    time_t t;

    if (when_parse(text, &seconds) != 0)
        return;
    /* The years 0000 to 9999, and a day for the offset. */
    FUZZ_HOLDS(seconds >= INT64_C(-62167305600) && seconds <= INT64_C(253402387199));
    t = (time_t)seconds;
    FUZZ_HOLDS(gmtime_r(&t, &tm) != NULL);
    if (tm.tm_year < -1900 || tm.tm_year > 9999 - 1900)
        return;
    (void)snprintf(again, sizeof(again), "%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900,
                   tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
    FUZZ_HOLDS(when_parse(again, &back) == 0 && back == seconds);
    if (strlen(text) == strlen(again))
        FUZZ_HOLDS(strcmp(text, again) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_string(data, size);

    check_header(text, size);
    check_when(text);
    free(text);
    return 0;
}
