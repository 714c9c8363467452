/* Values: numbers as Python reads them, paths with variables, proxies of the environment. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dropin/param.h"
#include "dropin/proxy.h"
#include "dropin/vars.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
numbers(void **state)
{
    static const struct {
        const char *text;
        int rc, n;
    } rows[] = {
        {"8", 0, 8},
        {" \t8\n", 0, 8},
        {"+8", 0, 8},
        {"-8", 0, -8},
        {"007", 0, 7},
        {"1_0", 0, 10},
        {"", -1, 0},
        {" ", -1, 0},
        {"_1", -1, 0},
        {"1_", -1, 0},
        {"1__0", -1, 0},
        {"8.0", -1, 0},
        {"0x8", -1, 0},
        {"1e2", -1, 0},
        {"8 8", -1, 0},
        {"--8", -1, 0},
        {"2147483647", 0, INT_MAX},
        {"99999999999999999999999", 0, INT_MAX},
        {"-99999999999999999999999", 0, -INT_MAX},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        int n = 0;

        if (param_number(rows[i].text, &n) != rows[i].rc || n != rows[i].n)
            fail_msg("\"%s\": %d", rows[i].text, n);
    }
}

/* The environment of these tests, and of nobody else. */
static char home[] = "HOME=/home/alice", x[] = "X_1=value", none[] = "EMPTY=",
            proxy[] = "https_proxy=http://al%69ce:p%3Aw%25@proxy.example.com:3128/",
            no_proxy[] = "NO_PROXY=.example.org, sub.example.net:8443 10.0.0.1";
static char *set[] = {home, x, none, proxy, no_proxy, NULL};

static int
take(void **state)
{
    struct err e = ERR_INIT;

    (void)state;
    environ = set;
    return vars_take(&e);
}

static void
the_environment_is_taken_away(void **state)
{
    (void)state;
    assert_true(environ == NULL || environ[0] == NULL);
    assert_string_equal(vars_get("X_1"), "value");
    assert_null(vars_get("X"));
    assert_string_equal(vars_get("EMPTY"), "");
    assert_null(vars_filled("EMPTY"));
    assert_ptr_equal(vars_all()[0], home);
}

static void
paths(void **state)
{
    static const struct {
        const char *path, *expanded;
    } rows[] = {
        {"a/b", "a/b"},
        {"~", "/home/alice"},
        {"~/b", "/home/alice/b"},
        {"~nobody-of-that-name/b", "~nobody-of-that-name/b"},
        {"a~/b", "a~/b"},
        {"$HOME/b", "/home/alice/b"},
        {"${HOME}b$X_1", "/home/alicebvalue"},
        {"$X/$NOTHING ${NOTHING}", "$X/$NOTHING ${NOTHING}"},
        {"$EMPTY|$|$$|${|${}", "|$|$$|${|${}"},
        {"", ""},
    };
    char out[64], small[8];
    struct err e = ERR_INIT;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(vars_expand(rows[i].path, out, sizeof(out), NULL), 0);
        assert_string_equal(out, rows[i].expanded);
    }
    assert_int_equal(vars_expand("$HOME", small, sizeof(small), &e), -1);
    assert_int_equal(e.code, ERR_LIMIT);
}

static void
proxies(void **state)
{
    static const char *const direct[] = {"example.org", "a.example.org:8443",
                                         "EXAMPLE.ORG", "sub.example.net:8443",
                                         "10.0.0.1",    "10.0.0.1:443"};
    static const char *const through[] = {"iam.amazonaws.com", "notexample.org",
                                          "sub.example.net:443", "sub.example.net", "110.0.0.1"};
    struct proxy d;

    (void)state;
    for (size_t i = 0; i < COUNT(direct); i++) {
        assert_int_equal(proxy_find(direct[i], &d, NULL), 0);
        assert_string_equal(d.url, "");
        assert_null(d.auth);
    }
    for (size_t i = 0; i < COUNT(through); i++) {
        assert_int_equal(proxy_find(through[i], &d, NULL), 0);
        assert_string_equal(d.url, "http://proxy.example.com:3128");
        assert_string_equal(secret_str(d.auth), "alice:p:w%");
        secret_free(d.auth);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers),
        cmocka_unit_test(the_environment_is_taken_away),
        cmocka_unit_test(paths),
        cmocka_unit_test(proxies),
    };

    return cmocka_run_group_tests(tests, take, NULL);
}
