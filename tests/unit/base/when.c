/* Dates as AWS and programs write them, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/when.h"

static const struct {
    const char *text;
    int64_t seconds;
} dates[] = {
    {"1970-01-01T00:00:00Z", 0},
    {"2015-08-30T12:36:00Z", 1440938160},
    {"2015-08-30T12:36:00+00:00", 1440938160},
    {"2015-08-30T12:36:00.1Z", 1440938160},
    {"2015-08-30T12:36:00.999999999+00:00", 1440938160},
    {"2015-08-30T12:36:00-00:00", 1440938160},
    {"2015-08-30T14:36:00+02:00", 1440938160},
    {"2015-08-30T02:06:00.5-10:30", 1440938160},
    {"2015-08-31T12:35:00+23:59", 1440938160},
    {"2024-02-29T23:59:59Z", 1709251199},
    {"2000-02-29T00:00:00Z", 951782400},
    {"2038-01-19T03:14:08Z", 2147483648},
    {"9999-12-31T23:59:59Z", 253402300799},
};

static const char *const wrong[] = {
    "",
    "Z",
    "2015-08-30",
    "2015-08-30T12:36:00",
    "2015-08-30T12:36:00z",
    "2015-08-30t12:36:00Z",
    "2015-08-30 12:36:00Z",
    " 2015-08-30T12:36:00Z",
    "2015-08-30T12:36:00Z ",
    "2015-08-30T12:36:00ZZ",
    "2015-08-30T12:36:00.Z",
    "2015-08-30T12:36:00,5Z",
    "2015-08-30T12:36:00+0000",
    "2015-08-30T12:36:00+24:00",
    "2015-08-30T12:36:00+01:60",
    "2015-08-30T12:36:00+01:00Z",
    "2015-08-30T12:36:00 01:00",
    "2015-08-30T12:36:00+1:00",
    "2015-8-30T12:36:00Z",
    "15-08-30T12:36:00Z",
    "+015-08-30T12:36:00Z",
    "2015-00-30T12:36:00Z",
    "2015-13-30T12:36:00Z",
    "2015-08-00T12:36:00Z",
    "2015-08-32T12:36:00Z",
    "2015-02-29T12:36:00Z",
    "1900-02-29T12:36:00Z",
    "2015-04-31T12:36:00Z",
    "2015-08-30T24:00:00Z",
    "2015-08-30T12:60:00Z",
    "2015-08-30T12:36:60Z",
    "2015-08-30T-1:36:00Z",
    "1440938160",
    "Sun, 30 Aug 2015 12:36:00 GMT",
};

static void
takes_what_is_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
        int64_t seconds = -1;

        if (when_parse(dates[i].text, &seconds) != 0 || seconds != dates[i].seconds)
            fail_msg("%s: %lld", dates[i].text, (long long)seconds);
    }
}

static void
refuses_the_rest(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        int64_t seconds = -7;

        if (when_parse(wrong[i], &seconds) != -1 || seconds != -7)
            fail_msg("\"%s\" was taken: %lld", wrong[i], (long long)seconds);
    }
}

static void
says_it_to_people(void **state)
{
    static const struct {
        int64_t seconds;
        const char *text;
    } rows[] = {
        {0, "1970-01-01 00:00 UTC"},
        {1440938160, "2015-08-30 12:36 UTC"},
        {253402300799, "9999-12-31 23:59 UTC"},
        {INT64_MAX, "an unknown time"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[WHEN_MAX];

        when_print(rows[i].seconds, text);
        assert_string_equal(text, rows[i].text);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_what_is_written),
        cmocka_unit_test(refuses_the_rest),
        cmocka_unit_test(says_it_to_people),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
