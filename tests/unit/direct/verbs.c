/* iamlp knows the names of the verbs that iamlp-aws has, and no others. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "cli/delegate.h"
#include "dropin/order.h"

static void
test_names(void **state)
{
    char name[ORDER_NAME_SIZE];
    enum iam_action action;
    size_t at = 0;

    (void)state;
    for (; order_verb(at, &action, name); at++) {
        assert_non_null(delegate_verb(at));
        assert_string_equal(delegate_verb(at), name);
    }
    assert_true(at > 0);
    assert_null(delegate_verb(at));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_names)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
