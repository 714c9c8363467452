/* Arguments of the module: what is wrong is named and ignored, the rest stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "pam/args.h"

static const struct args standard = {
    ARGS_CONF, "/var/lib/iamlp", "/run/iamlp", ARGS_HELPER, "sshd,login,gdm-password", "passwd", 5,
    false};

static void
assert_same(const struct args *a, const struct args *b)
{
    assert_string_equal(a->conf, b->conf);
    assert_string_equal(a->state, b->state);
    assert_string_equal(a->run, b->run);
    assert_string_equal(a->helper, b->helper);
    assert_string_equal(a->services, b->services);
    assert_string_equal(a->password_services, b->password_services);
    assert_int_equal(a->timeout_s, b->timeout_s);
    assert_int_equal(a->debug, b->debug);
}

static void
none_is_the_defaults(void **state)
{
    struct err e = ERR_INIT;
    struct args a;

    (void)state;
    assert_int_equal(args_parse(0, NULL, &a, &e), 0);
    assert_same(&a, &standard);
    assert_int_equal(e.code, ERR_OK);
}

static void
each_is_taken(void **state)
{
    const char *argv[] = {"conf=/c",    "state=/s",     "run=/r",
                          "helper=/h",  "services=a,b", "password_services=c",
                          "timeout=60", "debug",        "timeout=7"};
    const struct args want = {"/c", "/s", "/r", "/h", "a,b", "c", 7, true};
    struct err e = ERR_INIT;
    struct args a;

    (void)state;
    assert_int_equal(args_parse(9, argv, &a, &e), 0);
    assert_same(&a, &want);
}

static void
what_is_wrong_is_named_and_ignored(void **state)
{
    static char long_path[ARGS_PATH_MAX + 8] = "conf=/";
    static const char *const wrong[] = {
        "conf",
        "conf=",
        "conf=etc/x",
        "state=.",
        "helper= /h",
        "services",
        "services=",
        "services=,,",
        "timeout",
        "timeout=",
        "timeout=0",
        "timeout=61",
        "timeout=5s",
        "timeout=-5",
        "timeout= 5",
        "timeout=+5",
        "debug=1",
        "debug=",
        "verbose",
        "Debug",
        "",
        "=",
        "use_first_pass",
        "timeoutx=5",
        "service=sshd",
        "timeout=99999999999999999999",
        long_path,
    };
    char want[128];

    (void)state;
    memset(long_path + 6, 'x', ARGS_PATH_MAX - 1);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        const char *argv[] = {wrong[i]};
        struct err e = ERR_INIT;
        struct args a;

        if (args_parse(1, argv, &a, &e) == 0)
            fail_msg("%s was taken", wrong[i]);
        assert_same(&a, &standard);
        assert_int_equal(e.code, ERR_CONFIG);
        (void)snprintf(want, sizeof(want), "%.100s", wrong[i]);
        if (strstr(e.msg, want) == NULL)
            fail_msg("%s is not named: %s", wrong[i], e.msg);
    }
}

static void
the_rest_stands(void **state)
{
    const char *argv[] = {"conf=/c", "nonsense", "timeout=0", "timeout=9", "bad", "debug"};
    struct err e = ERR_INIT;
    struct args a;

    (void)state;
    assert_int_equal(args_parse(6, argv, &a, &e), -1);
    assert_non_null(strstr(e.msg, "nonsense"));
    assert_string_equal(a.conf, "/c");
    assert_int_equal(a.timeout_s, 9);
    assert_true(a.debug);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(none_is_the_defaults),
        cmocka_unit_test(each_is_taken),
        cmocka_unit_test(what_is_wrong_is_named_and_ignored),
        cmocka_unit_test(the_rest_stands),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
