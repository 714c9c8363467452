/* How far many users have come, in one line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/progress.h"

static void
a_line_of_progress(void **state)
{
    struct progress p;
    char line[PROGRESS_SIZE];

    (void)state;
    progress_begin(&p, "asking", 10000, false, 5000);
    progress_format(&p, 5000, 0, line);
    assert_string_equal(line, "asking 0 of 10000, 0.0/s");
    p.done = 2500;
    p.amiss = 3;
    progress_format(&p, 105000, 0, line);
    assert_string_equal(line, "asking 2500 of 10000, 3 amiss, 25.0/s, time left 5 min");
    progress_format(&p, 105000, 8, line);
    assert_string_equal(line, "asking [##......] 2500 of 10000, 3 amiss, 25.0/s, time left 5 min");
    p.done = 10000;
    progress_format(&p, 205000, 8, line);
    assert_string_equal(line, "asking [########] 10000 of 10000, 3 amiss, 50.0/s");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_of_progress),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
