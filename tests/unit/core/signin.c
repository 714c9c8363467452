#include "core/signin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
a_page_for_each_partition(void **state)
{
    static const char *const rows[][2] = {
        {"aws", "https://123456789012.signin.aws.amazon.com/console"},
        {"aws-cn", "https://123456789012.signin.amazonaws.cn/console"},
        {"aws-us-gov", "https://123456789012.signin.amazonaws-us-gov.com/console"},
        {"aws-iso", ""},
        {"aws-iso-b", ""},
        {"aws-iso-e", ""},
        {"aws-iso-f", ""},
        {"aws-eusc", ""},
        {"no-such", ""},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char url[128] = "left over";

        signin_page(rows[i][0], "123456789012", url, sizeof(url));
        assert_string_equal(url, rows[i][1]);
    }
}

static void
nothing_but_twelve_digits_is_an_account(void **state)
{
    static const char *const bad[] = {"",
                                      "12345678901",
                                      "1234567890123",
                                      "12345678901a",
                                      "example.com/",
                                      " 12345678901",
                                      "12345678901\n",
                                      "-12345678901"};

    (void)state;
    assert_true(signin_is_account("123456789012"));
    assert_true(signin_is_account("000000000000"));
    for (size_t i = 0; i < COUNT(bad); i++) {
        char url[128] = "left over";

        assert_false(signin_is_account(bad[i]));
        signin_page("aws", bad[i], url, sizeof(url));
        assert_string_equal(url, "");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_for_each_partition),
        cmocka_unit_test(nothing_but_twelve_digits_is_an_account),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
