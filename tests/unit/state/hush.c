/* One line of the log for each uid in a while; none where that cannot be remembered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "state/hush.h"

static char run[] = "/tmp/iamlp-hush.XXXXXX";
static char folder[64];

static int
setup(void **state)
{
    (void)state;
    if (mkdtemp(run) == NULL || chmod(run, 0755) != 0)
        return -1;
    (void)snprintf(folder, sizeof(folder), "%s/refused", run);
    return 0;
}

static int
teardown(void **state)
{
    char name[96];

    (void)state;
    for (unsigned uid = 1; uid < 4; uid++) {
        (void)snprintf(name, sizeof(name), "%s/%u", folder, uid);
        (void)unlink(name);
    }
    (void)rmdir(folder);
    return rmdir(run);
}

static void
once_in_a_while(void **state)
{
    (void)state;
    assert_true(hush_allows(run, 1, 1000000));
    assert_false(hush_allows(run, 1, 1000000));
    assert_false(hush_allows(run, 1, 1000000 + HUSH_S - 1));
    assert_true(hush_allows(run, 2, 1000000));
    assert_true(hush_allows(run, 1, 1000000 + HUSH_S));
    /* A clock that has gone back does not silence for longer. */
    assert_true(hush_allows(run, 1, 1000));
}

static void
what_cannot_be_remembered_is_not_said(void **state)
{
    (void)state;
    assert_false(hush_allows("/nonexistent", 3, 1000000));
    assert_int_equal(chmod(folder, 0777), 0);
    assert_false(hush_allows(run, 3, 1000000));
    assert_int_equal(chmod(folder, 0700), 0);
    assert_true(hush_allows(run, 3, 1000000));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(once_in_a_while),
        cmocka_unit_test(what_cannot_be_remembered_is_not_said),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
