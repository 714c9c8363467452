/* The names are a contract with dashboards, so they stand here once more. */

#include "base/outcome.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <syslog.h>

static const struct {
    enum outcome outcome;
    const char *name;
    int priority;
} cases[] = {
    {OUTCOME_OK, "ok", LOG_INFO},
    {OUTCOME_EXISTS, "exists", LOG_NOTICE},
    {OUTCOME_REMOVED, "removed", LOG_NOTICE},
    {OUTCOME_PENDING, "pending", LOG_NOTICE},
    {OUTCOME_LATER, "later", LOG_NOTICE},
    {OUTCOME_UNMAPPED, "unmapped", LOG_NOTICE},
    {OUTCOME_DENIED, "denied", LOG_ERR},
    {OUTCOME_POLICY, "policy", LOG_ERR},
    {OUTCOME_NOSUCHUSER, "nosuchuser", LOG_ERR},
    {OUTCOME_THROTTLED, "throttled", LOG_NOTICE},
    {OUTCOME_TIMEOUT, "timeout", LOG_NOTICE},
    {OUTCOME_LOST, "lost", LOG_ERR},
    {OUTCOME_ERROR, "error", LOG_ERR},
};

static void
has_its_name_and_priority(void **state)
{
    (void)state;
    assert_int_equal(sizeof(cases) / sizeof(cases[0]), OUTCOME_ERROR + 1);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_string_equal(outcome_name(cases[i].outcome), cases[i].name);
        assert_int_equal(outcome_priority(cases[i].outcome), cases[i].priority);
    }
}

static void
an_unknown_one_is_an_error(void **state)
{
    volatile unsigned beyond[] = {OUTCOME_ERROR + 1, UINT32_MAX};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(outcome_name((enum outcome)beyond[i]), "error");
        assert_int_equal(outcome_priority((enum outcome)beyond[i]), LOG_ERR);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_its_name_and_priority),
        cmocka_unit_test(an_unknown_one_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
