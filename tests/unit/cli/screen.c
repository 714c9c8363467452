/* What fits a screen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "cli/screen.h"

static void
what_fits(void **state)
{
    static const struct {
        const char *text;
        size_t most;
        const char *cut;
    } cases[] = {
        {"", 1, ""},
        {"abc", 3, "abc"},
        {"abcd", 3, "ab~"},
        {"ab\xc3\xa9", 4, "ab\xc3\xa9"},
        {"ab\xc3\xa9", 3, "ab~"},
        {"a\xe2\x82\xacxy", 4, "a~"},
        {"a\xe2\x82\xacxy", 5, "a\xe2\x82\xac~"},
        {"\xe2\x82\xac", 2, "~"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[8];

        memcpy(text, cases[i].text, strlen(cases[i].text) + 1);
        screen_cut(text, cases[i].most);
        assert_string_equal(text, cases[i].cut);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_fits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
