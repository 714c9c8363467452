/* The breaker: when it opens, for how long, and what closes it. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "state/breaker.h"

enum {
    WHOLE = 5001, /* ms of a hook's try */
    HALF = 2500,
    OPEN = 0
};

static char folder[] = "/tmp/iamlp-breaker.XXXXXX";
static int state_fd = -1;

static int
setup(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    state_fd = open(folder, O_RDONLY | O_DIRECTORY);
    return state_fd < 0 ? -1 : 0;
}

static int
empty(void **state)
{
    (void)state;
    (void)unlinkat(state_fd, "breaker", 0);
    return 0;
}

static int
teardown(void **state)
{
    (void)empty(state);
    (void)unlinkat(state_fd, "lock/breaker", 0);
    (void)unlinkat(state_fd, "lock", AT_REMOVEDIR);
    (void)close(state_fd);
    return rmdir(folder);
}

static void
allows(int64_t now, int ms)
{
    assert_int_equal(breaker_allows(state_fd, now, WHOLE), ms);
}

static void
fails(int64_t now, int64_t seconds, bool changes)
{
    bool changed = !changes;

    assert_int_equal(breaker_count(state_fd, false, now, &changed), seconds);
    assert_int_equal(changed, changes);
}

static void
third_failure_opens_it_and_the_time_doubles(void **state)
{
    static const int64_t seconds[] = {60, 120, 240, 480, 900, 900, 900};

    (void)state;
    allows(1000, WHOLE);
    fails(1000, 0, false);
    fails(1001, 0, false);
    allows(1001, HALF);
    for (size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++) {
        fails(2000, seconds[i], true);
        allows(2000 + seconds[i] - 1, OPEN);
        allows(2000 + seconds[i], WHOLE);
    }
}

static void
an_answer_closes_it(void **state)
{
    bool changed = false;

    (void)state;
    for (int i = 0; i < 3; i++)
        (void)breaker_count(state_fd, false, 1000, &changed);
    allows(1001, OPEN);
    assert_int_equal(breaker_count(state_fd, true, 1002, &changed), 0);
    assert_true(changed);
    allows(1003, WHOLE);
    assert_int_equal(breaker_count(state_fd, true, 1004, &changed), 0);
    assert_false(changed);
    fails(1005, 0, false);
}

static void
two_failures_and_an_answer_begin_anew(void **state)
{
    bool changed = false;

    (void)state;
    fails(1000, 0, false);
    fails(1000, 0, false);
    (void)breaker_count(state_fd, true, 1000, &changed);
    fails(1000, 0, false);
    fails(1000, 0, false);
    fails(1000, 60, true);
}

static void
what_stands_counted_takes_half_of_the_time(void **state)
{
    bool changed;

    (void)state;
    allows(1000, WHOLE);
    fails(1000, 0, false);
    allows(1000, HALF);
    fails(1001, 0, false);
    allows(900000, HALF);
    (void)breaker_count(state_fd, true, 900000, &changed);
    allows(900000, WHOLE);
}

static void
the_try_after_a_pause_has_its_whole_time(void **state)
{
    bool changed;

    (void)state;
    for (int i = 0; i < 3; i++)
        (void)breaker_count(state_fd, false, 1000, &changed);
    allows(1059, OPEN);
    allows(1060, WHOLE);
    fails(1060, 120, true);
    allows(1180, WHOLE);
}

static void
a_clock_that_jumped_does_not_keep_it_open(void **state)
{
    bool changed;

    (void)state;
    for (int i = 0; i < 3; i++)
        (void)breaker_count(state_fd, false, 1000000, &changed);
    allows(1000000, OPEN);
    allows(1000, WHOLE);
}

static void
rubbish_is_a_closed_one(void **state)
{
    static const char *const texts[] = {"", "rubbish",
                                        "failures=", "failures=9 until=", "until=99999999999"};

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        int fd = openat(state_fd, "breaker", O_WRONLY | O_CREAT | O_TRUNC, 0600);

        assert_true(fd >= 0);
        dprintf(fd, "%s", texts[i]);
        (void)close(fd);
        allows(1, WHOLE);
    }
    (void)unlinkat(state_fd, "breaker", 0);
    assert_int_equal(mkfifoat(state_fd, "breaker", 0600), 0);
    allows(1, WHOLE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(third_failure_opens_it_and_the_time_doubles, empty),
        cmocka_unit_test_setup(an_answer_closes_it, empty),
        cmocka_unit_test_setup(two_failures_and_an_answer_begin_anew, empty),
        cmocka_unit_test_setup(what_stands_counted_takes_half_of_the_time, empty),
        cmocka_unit_test_setup(the_try_after_a_pause_has_its_whole_time, empty),
        cmocka_unit_test_setup(a_clock_that_jumped_does_not_keep_it_open, empty),
        cmocka_unit_test_setup(rubbish_is_a_closed_one, empty),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
