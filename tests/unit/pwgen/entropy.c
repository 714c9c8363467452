/* The count of passwords, against one made by hand and one made by trying. */

#include "pwgen/pwgen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ALL "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!@#$%^&*()_+-=[]{}|'"

/* The request that leaves only `keep`. */
static struct pwgen_request
only(const char *keep, unsigned length, char exclude[sizeof(ALL)])
{
    struct pwgen_request r = {.length = length, .exclude = exclude, .policy = {.min_length = 6}};
    size_t n = 0;

    for (const char *s = ALL; *s != '\0'; s++)
        if (strchr(keep, *s) == NULL)
            exclude[n++] = *s;
    exclude[n] = '\0';
    return r;
}

static int
kind(char c)
{
    return c >= 'A' && c <= 'Z' ? 1 : c >= 'a' && c <= 'z' ? 2 : c >= '0' && c <= '9' ? 4 : 8;
}

/* Try every text of the length over `keep`. */
static unsigned long
try_all(const char *keep, unsigned length)
{
    size_t n = strlen(keep), digit[16] = {0};
    unsigned long found = 0;
    int wanted = 0;

    for (size_t i = 0; i < n; i++)
        wanted |= kind(keep[i]);
    for (;;) {
        bool edges = kind(keep[digit[0]]) != 8 && kind(keep[digit[length - 1]]) != 8;
        unsigned i = 0;
        int seen = 0;

        for (unsigned k = 0; k < length; k++)
            seen |= kind(keep[digit[k]]);
        if (seen == wanted && (edges || wanted == 8))
            found++;
        while (i < length && ++digit[i] == n)
            digit[i++] = 0;
        if (i == length)
            return found;
    }
}

static void
equals_a_count_by_trying(void **state)
{
    static const struct {
        const char *keep;
        unsigned length;
    } cases[] = {
        {"_", 6},    {"a", 6},      {"ab", 6},     {"a2", 6},     {"a_", 6},   {"a_", 7},
        {"a2_", 6},  {"a2_", 9},    {"Aa2", 8},    {"Aa2_", 6},   {"Aa2_", 7}, {"Aa2_", 8},
        {"ABa2", 7}, {"ABab2_", 6}, {"Aa234_", 7}, {"ABCa2_", 6},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char exclude[sizeof(ALL)];
        struct pwgen_request r = only(cases[i].keep, cases[i].length, exclude);
        unsigned long count = try_all(cases[i].keep, cases[i].length);
        struct err e = ERR_INIT;
        int bits = pwgen_entropy(&r, &e);

        assert_true(count > 0);
        if (bits < 0 || count >> bits != 1)
            fail_msg("%s x %u: %d bits for %lu passwords: %s", cases[i].keep, cases[i].length, bits,
                     count, e.msg);
    }
}

/* Counted with another program's whole numbers. */
static void
equals_known_values(void **state)
{
    static const struct {
        unsigned length;
        int bits;
    } cases[] = {{6, 29}, {8, 42}, {14, 79}, {20, 114}, {64, 372}, {128, 746}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct pwgen_request r = {.length = cases[i].length, .policy = {.min_length = 6}};

        assert_int_equal(pwgen_entropy(&r, NULL), cases[i].bits);
    }
}

static void
refuses_as_pwgen_make(void **state)
{
    struct pwgen_request r = {.length = 5, .policy = policy_default};
    struct err e = ERR_INIT;

    (void)state;
    assert_int_equal(pwgen_entropy(&r, &e), -1);
    assert_int_equal(e.code, ERR_CONFIG);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equals_a_count_by_trying),
        cmocka_unit_test(equals_known_values),
        cmocka_unit_test(refuses_as_pwgen_make),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
