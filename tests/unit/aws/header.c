/* Lines and dates of an HTTP answer. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "aws/header.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
dates(void **state)
{
    static const struct {
        const char *text;
        int64_t want;
    } rows[] = {
        {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
        {"Sun, 30 Aug 2015 12:36:00 GMT", 1440938160},
        {"Thu, 29 Feb 2024 23:59:59 GMT", 1709251199},
        {"Fri, 31 Dec 9999 23:59:59 GMT", INT64_C(253402300799)},
        {"Thu, 01 Jan 1970 00:00:00 GMT", 0}, /* as good as none */
        {"Mon, 01 Jan 1900 00:00:00 GMT", 0},
        {"Wed, 29 Feb 2023 00:00:00 GMT", 0},
        {"Mon, 31 Apr 2026 00:00:00 GMT", 0},
        {"Mon, 00 Apr 2026 00:00:00 GMT", 0},
        {"Mon, 01 Apr 2026 24:00:00 GMT", 0},
        {"Mon, 01 Apr 2026 00:60:00 GMT", 0},
        {"Mon, 01 Apr 2026 00:00:60 GMT", 0},
        {"Mon, 01 anF 2026 00:00:00 GMT", 0},
        {"Mon, 01 apr 2026 00:00:00 GMT", 0},
        {"Mon, 01 Apr 2026 00:00:00 UTC", 0},
        {"Mon, 01 Apr 2026 00:00:00 +00", 0},
        {"Mon,  1 Apr 2026 00:00:00 GMT", 0},
        {"Sunday, 06-Nov-94 08:49:37 GMT", 0}, /* RFC 850 */
        {"Sun Nov  6 08:49:37 1994", 0},       /* asctime */
        {"1440938160", 0},
        {"", 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        if (header_date(rows[i].text, strlen(rows[i].text)) != rows[i].want)
            fail_msg("%s", rows[i].text);
}

static void
lines(void **state)
{
    static const struct {
        const char *line, *want;
    } rows[] = {
        {"Date: x\r\n", "x"}, {"date:x", "x"},    {"DATE: \t x y \t\r\n", "x y"},
        {"Date:\r\n", ""},    {"Date:", ""},      {"Dates: x\r\n", NULL},
        {"Dat: x\r\n", NULL}, {"Date : x", NULL}, {"X-Date: x\r\n", NULL},
        {"\r\n", NULL},       {"", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *v = NULL;
        size_t n = 0;
        bool is = header_is(rows[i].line, strlen(rows[i].line), "Date", &v, &n);

        assert_int_equal(is, rows[i].want != NULL);
        if (is) {
            assert_int_equal(n, strlen(rows[i].want));
            assert_memory_equal(v, rows[i].want, n);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates),
        cmocka_unit_test(lines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
