/* How a sentence becomes a finding. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/finding.h"

static void
sentences(void **state)
{
    struct findings f = {NULL, 0, false};

    (void)state;
    finding_add(&f, WIRE_LEVEL_FAIL, "a", "%s", "wrong; do this; then that");
    finding_add(&f, WIRE_LEVEL_FAIL, "a", "%s", "wrong; do this; then that");
    finding_add(&f, WIRE_LEVEL_OK, "a", "%s", "one; two");
    finding_add_account(&f, WIRE_LEVEL_WARN, "a", "prod", "wrong; do this");
    finding_add(&f, WIRE_LEVEL_NOTE, "b", "%s", "\033[2Jclear");
    assert_int_equal(f.count, 4);
    assert_string_equal(f.list[0].what, "wrong");
    assert_string_equal(f.list[0].mend, "do this; then that");
    assert_string_equal(f.list[1].what, "one; two");
    assert_string_equal(f.list[1].mend, "");
    assert_string_equal(f.list[2].account, "prod");
    assert_string_equal(f.list[3].what, "?[2Jclear");
    assert_int_equal(finding_count(&f, WIRE_LEVEL_FAIL), 1);
    finding_free(&f);
    assert_int_equal(f.count, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sentences),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
