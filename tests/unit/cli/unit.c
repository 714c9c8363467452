/* What a unit's command line gives, how a sentence becomes a finding, and what fits a screen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/finding.h"
#include "cli/screen.h"
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

static void
what_fits(void **state)
{
    static const struct {
        const char *text;
        size_t most;
        const char *cut;
    } cases[] = {
        {"", 1, ""},
        {"abc", 3, "abc"},
        {"abcd", 3, "ab~"},
        {"ab\xc3\xa9", 4, "ab\xc3\xa9"},
        {"ab\xc3\xa9", 3, "ab~"},
        {"a\xe2\x82\xac"
         "bc",
         4, "a~"},
        {"a\xe2\x82\xac"
         "bc",
         5, "a\xe2\x82\xac~"},
        {"\xe2\x82\xac", 2, "~"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[8];

        memcpy(text, cases[i].text, strlen(cases[i].text) + 1);
        screen_cut(text, cases[i].most);
        assert_string_equal(text, cases[i].cut);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options),
        cmocka_unit_test(sentences),
        cmocka_unit_test(what_fits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
