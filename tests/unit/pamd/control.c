/* The control of a PAM line: where it ends the stack, and how far it jumps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pamd/control.h"

static void
what_a_control_does(void **state)
{
    static const struct {
        const char *text;
        bool ends;
        unsigned jump;
    } rows[] = {
        {"required", false, 0},
        {"Requisite", false, 0},
        {"optional", false, 0},
        {"SUFFICIENT", true, 0},
        {"", false, 0},
        {"success=ok ignore=ignore module_unknown=ignore default=bad", false, 0},
        {"success=1 new_authtok_reqd=done default=ignore", false, 1},
        {"success=done", true, 0},
        {"default=done", true, 0},
        {"default=done success=ok", false, 0},
        {"success=ok default=done", false, 0},
        {"default=ignore default=done", false, 0},
        {"success=ok success=done", true, 0},
        {"default=1", false, 1},
        {"success=2 auth_err=7 default=die", false, 7},
        {" success = 12 default = bad ", false, 12},
        {"success=okdefault=3", false, 3},
        {"success=99999999999999999999", false, 9999999},
        {"authinfo_unavail=reset user_unknown=die default=done", true, 0},
    };
    struct control c;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(control_read(rows[i].text, &c), 0);
        if (control_ends(&c) != rows[i].ends || (c.jump != rows[i].jump && c.jump < CONTROL_FAR))
            fail_msg("[%s]: ends %d jump %u", rows[i].text, control_ends(&c), c.jump);
    }
}

static void
what_a_failure_does(void **state)
{
    static const struct {
        const char *text;
        int success;
        int count, failures[3];
    } rows[] = {
        {"required", CONTROL_OK, 1, {CONTROL_BAD}},
        {"Requisite", CONTROL_OK, 1, {CONTROL_DIE}},
        {"sufficient", CONTROL_DONE, 1, {CONTROL_IGNORE}},
        {"optional", CONTROL_OK, 1, {CONTROL_IGNORE}},
        {"", CONTROL_BAD, 1, {CONTROL_BAD}},
        {"success=ok ignore=ignore default=die", CONTROL_OK, 1, {CONTROL_DIE}},
        {"success=1 new_authtok_reqd=1 default=ignore", 1, 1, {CONTROL_IGNORE}},
        {"success=ok", CONTROL_OK, 1, {CONTROL_BAD}},
        {"default=ok default=die", CONTROL_OK, 1, {CONTROL_OK}},
        {"success=ok auth_err=2 perm_denied=2 default=die user_unknown=reset",
         CONTROL_OK,
         3,
         {2, CONTROL_DIE, CONTROL_RESET}},
    };
    struct control c;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(control_read(rows[i].text, &c), 0);
        if (c.success != rows[i].success || c.count != rows[i].count)
            fail_msg("[%s]: success %d, failures %d", rows[i].text, c.success, c.count);
        assert_memory_equal(c.failures, rows[i].failures, (size_t)c.count * sizeof(int));
    }
}

static void
what_libpam_does_not_know(void **state)
{
    static const char *const rows[] = {"mandatory", "success",      "success=",   "=ok",
                                       "success=0", "success=-1",   "success=no", "success ok",
                                       "1=ok",      "success=ok x", "success==ok"};
    struct control c;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (control_read(rows[i], &c) != -1)
            fail_msg("[%s] is taken", rows[i]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_control_does),
        cmocka_unit_test(what_a_failure_does),
        cmocka_unit_test(what_libpam_does_not_know),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
