/* What a unit's command line gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/unit.h"

static void
options(void **state)
{
    static const struct {
        const char *command, *name, *value; /* NULL: none */
    } cases[] = {
        {"/x --conf /a --listen -", "conf", "/a"},
        {"/x --conf=/a --listen -", "conf", "/a"},
        {"/x\t--conf\t/a", "conf", "/a"},
        {"/x --conf /a --conf=/b", "conf", "/b"},
        {"/x --config /a --listen -", "conf", NULL},
        {"/x --state /a", "conf", NULL},
        {"/x --conf", "conf", ""},
        {"", "conf", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char value[16] = "x";
        bool found = unit_option(cases[i].command, cases[i].name, value, sizeof(value));

        assert_int_equal(found, cases[i].value != NULL);
        assert_string_equal(value, cases[i].value != NULL ? cases[i].value : "");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
