/* How long a delivery may take, as it is written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/deliver.h"

static void
a_time_is_whole_seconds_within_limits(void **state)
{
    static const char *const none[] = {"", "0", "241", "-1", "1x", "x", "9223372036854775807"};
    static const struct {
        const char *text;
        int64_t ms;
    } some[] = {{NULL, 60000}, {"1", 1000}, {"240", 240000}};
    struct deliver_order o = {.ms = 0};

    (void)state;
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        if (deliver_within(&o, none[i]))
            fail_msg("%s", none[i]);
    for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
        assert_true(deliver_within(&o, some[i].text));
        assert_int_equal(o.ms, some[i].ms);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_time_is_whole_seconds_within_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
