/* How many at once: PACE-1 to PACE-3. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/pace.h"

/* `count` answers without throttling, begun and ended at `ms`. */
static void
calm(struct pace *p, int count, int64_t ms)
{
    for (int i = 0; i < count; i++)
        pace_answer(p, false, ms, ms);
}

static void
all_at_first(void **state)
{
    struct pace p;

    (void)state;
    pace_begin(&p, 4);
    assert_true(pace_allows(&p, 0, 0));
    assert_true(pace_allows(&p, 3, 0));
    assert_false(pace_allows(&p, 4, 0));
    calm(&p, 1000, 0);
    assert_int_equal(p.now, 4);
}

static void
half_and_only_once_for_one_moment(void **state)
{
    struct pace p;

    (void)state;
    pace_begin(&p, 8);
    pace_answer(&p, true, 10, 100);
    assert_int_equal(p.now, 4);
    /* Seven more that were on their way. */
    for (int i = 0; i < 7; i++)
        pace_answer(&p, true, 99, 110);
    assert_int_equal(p.now, 4);
    pace_answer(&p, true, 100, 120);
    assert_int_equal(p.now, 2);
    assert_true(pace_allows(&p, 1, 120));
    assert_false(pace_allows(&p, 2, 120));
}

static void
one_more_at_a_time(void **state)
{
    struct pace p;

    (void)state;
    pace_begin(&p, 8);
    pace_answer(&p, true, 0, 1);
    pace_answer(&p, true, 1, 2);
    assert_int_equal(p.now, 2);
    calm(&p, 2 * PACE_CALM - 1, 3);
    assert_int_equal(p.now, 2);
    calm(&p, 1, 3);
    assert_int_equal(p.now, 3);
    calm(&p, 3 * PACE_CALM - 1, 3);
    assert_int_equal(p.now, 3);
    /* A throttled one in between begins the row anew. */
    pace_answer(&p, true, 1, 4);
    calm(&p, 1, 5);
    assert_int_equal(p.now, 4);
    pace_answer(&p, true, 5, 6);
    calm(&p, 2 * PACE_CALM - 1, 7);
    assert_int_equal(p.now, 2);
    calm(&p, 1, 7);
    assert_int_equal(p.now, 3);
}

static void
pauses_where_it_is_one_already(void **state)
{
    int64_t now = 1000, pause = PACE_PAUSE_MS;
    struct pace p;

    (void)state;
    pace_begin(&p, 1);
    for (int i = 0; i < 12; i++) {
        pace_answer(&p, true, now, now);
        assert_int_equal(p.now, 1);
        assert_false(pace_allows(&p, 0, now + pause - 1));
        assert_true(pace_allows(&p, 0, now + pause));
        now += pause;
        pause = pause * 2 < PACE_PAUSE_MAX_MS ? pause * 2 : PACE_PAUSE_MAX_MS;
    }
    calm(&p, 1, now);
    pace_answer(&p, true, now, now);
    assert_true(pace_allows(&p, 0, now + PACE_PAUSE_MS));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_at_first),
        cmocka_unit_test(half_and_only_once_for_one_moment),
        cmocka_unit_test(one_more_at_a_time),
        cmocka_unit_test(pauses_where_it_is_one_already),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
