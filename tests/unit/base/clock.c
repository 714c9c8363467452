#include "base/clock.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <time.h>

static int64_t now;

static int64_t
standing(void)
{
    return now;
}

static void
counts_down_to_the_deadline(void **state)
{
    static const struct {
        int64_t now, deadline;
        int left;
    } cases[] = {
        {1000, 6000, 5000},
        {1000, 1001, 1},
        {1000, 1000, 0},
        {1000, 999, 0},
        {1000, 0, 0},
        {0, INT_MAX, INT_MAX},
        {0, (int64_t)INT_MAX + 1, INT_MAX},
        {1000, INT64_MAX, INT_MAX},
    };
    const struct clock c = {standing, standing};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        now = cases[i].now;
        assert_int_equal(clock_left_ms(&c, cases[i].deadline), cases[i].left);
    }
}

static void
the_systems_clocks_run(void **state)
{
    int64_t before = clock_system.mono_ms(), wall = (int64_t)time(NULL);
    int64_t off = clock_system.wall_s() - wall;

    (void)state;
    assert_in_range(off + 5, 0, 10);
    /* Milliseconds: a thousand steps of it pass in a second and not in a moment. */
    while (clock_system.mono_ms() == before)
        ;
    assert_in_range(clock_system.mono_ms() - before, 1, 60000);
    assert_in_range(clock_left_ms(&clock_system, clock_system.mono_ms() + 60000), 1, 60000);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_down_to_the_deadline),
        cmocka_unit_test(the_systems_clocks_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
