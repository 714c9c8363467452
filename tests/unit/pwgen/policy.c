#include "pwgen/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../nth.h"

void *__real_realloc(void *old, size_t size);
void *__wrap_realloc(void *old, size_t size);

void *
__wrap_realloc(void *old, size_t size)
{
    return nth_fails() ? NULL : __real_realloc(old, size);
}

static const struct policy none = {.min_length = 6};
static const struct policy strict = {
    .min_length = 14, .upper = true, .lower = true, .number = true, .symbol = true};

static const struct {
    const struct policy *policy;
    const char *password;
    const char *user;
    const char *fault; /* a part of the sentence; NULL: the password is good */
} cases[] = {
    {&none, "aaaaaa", NULL, NULL},
    {&none, "aaaaa", NULL, "at least 6 characters"},
    {&none, "", NULL, "is empty"},
    {&strict, "Correct-Horse1", NULL, NULL},
    {&strict, "Correct-Horse", NULL, "at least 14 characters; a digit is missing"},
    {&strict, "correct-horse-1", NULL, "an upper-case letter is missing"},
    {&strict, "CORRECT-HORSE-1", NULL, "a lower-case letter is missing"},
    {&strict, "Correct-Horse-X", NULL, "a digit is missing"},
    {&strict, "CorrectHorse111", NULL, "a symbol is missing (one of !@#$%^&*()_+-=[]{}|')"},

    /* Characters count, not bytes; accents make no Latin letter for IAM. */
    {&none, "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", NULL, "at least 6 characters"},
    {&none, "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", NULL, NULL},
    {&strict, "\xc3\x89orrect-horse-1", NULL, "an upper-case letter is missing"},
    /* Symbols that IAM takes but does not count. */
    {&strict, "CorrectHorse1/;:.,<>?~`\"\\", NULL, "a symbol is missing"},

    /* IAM's character set: \t \n \r and U+0020 to U+00FF. */
    {&none, "a\tb\nc\rd e", NULL, NULL},
    {&none, "aaaaaa\x7f", NULL, NULL},
    {&none, "aaaaaa\xc2\x80\xc3\xbf", NULL, NULL},
    {&none, "aaaaaa\x1b", NULL, "does not take"},
    {&none, "aaaaaa\x01", NULL, "does not take"},
    {&none, "aaaaaa\xc4\x80", NULL, "does not take"},     /* U+0100 */
    {&none, "aaaaaa\xe2\x82\xac", NULL, "does not take"}, /* the euro sign */
    {&none, "aaaaaa\xe9", NULL, "does not take"},         /* Latin-1, not UTF-8 */
    {&none, "aaaaaa\xc3", NULL, "does not take"},         /* cut in a character */
    {&none, "aaaaaa\xc0\xa1", NULL, "does not take"},     /* overlong */
    {&none, "aaaaaa\xc3z", NULL, "does not take"},

    /* The default policy: three of four, and not the name. */
    {&policy_default, "Abcdefg1", NULL, NULL},
    {&policy_default, "abcdef-1", NULL, NULL},
    {&policy_default, "Abcdef1", NULL, "at least 8 characters"},
    {&policy_default, "abcdefg1", NULL, "at least 3 of these four"},
    {&policy_default, "abcdefgh", NULL, "at least 3 of these four"},
    {&policy_default, "Alice.Smith1", "Alice.Smith1", "must differ from the user name"},
    {&policy_default, "Alice.Smith1", "alice.smith1", NULL},
    {&policy_default, "Alice.Smith1", "Alice.Smith", NULL},
    {&none, "Alice.Smith1", "Alice.Smith1", NULL},
};

static void
judges_each_password(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct err e = ERR_INIT;
        int rc = policy_check(cases[i].policy, cases[i].password, strlen(cases[i].password),
                              cases[i].user, &e);

        if ((rc == 0) != (cases[i].fault == NULL) ||
            (cases[i].fault != NULL && strstr(e.msg, cases[i].fault) == NULL))
            fail_msg("case %zu: %d \"%s\", expected \"%s\"", i, rc, e.msg,
                     cases[i].fault != NULL ? cases[i].fault : "no fault");
        assert_int_equal(e.code, rc == 0 ? ERR_OK : ERR_FORMAT);
    }
}

static void
never_quotes_the_password(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct err e = ERR_INIT;

        if (cases[i].fault == NULL || cases[i].password[0] == '\0')
            continue;
        (void)policy_check(cases[i].policy, cases[i].password, strlen(cases[i].password),
                           cases[i].user, &e);
        assert_null(strstr(e.msg, cases[i].password));
    }
}

static void
takes_up_to_128_characters(void **state)
{
    char password[2 * (POLICY_LENGTH_MAX + 1)];
    struct err e = ERR_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof(password); i += 2)
        memcpy(password + i, "\xc3\xa9", 2);
    assert_int_equal(policy_check(&none, password, 2 * POLICY_LENGTH_MAX, NULL, &e), 0);
    assert_int_equal(policy_check(&none, password, sizeof(password), NULL, &e), -1);
    assert_non_null(strstr(e.msg, "longer than 128 characters"));
}

static void
refuses_a_nul_inside(void **state)
{
    struct err e = ERR_INIT;

    (void)state;
    assert_int_equal(policy_check(&none, "aaa\0aaa", 7, NULL, &e), -1);
    assert_non_null(strstr(e.msg, "does not take"));
}

/* All faults at once is the longest sentence: it has to fit. */
static void
says_everything_at_once(void **state)
{
    struct policy p = strict;
    struct err e = ERR_INIT;

    (void)state;
    p.min_length = 128;
    p.min_classes = 4;
    assert_int_equal(policy_check(&p, "\xc3\xa9", 2, "\xc3\xa9", &e), -1);
    assert_non_null(strstr(e.msg, "at least 128 characters"));
    assert_non_null(strstr(e.msg, "at least 4 of these four"));
    assert_non_null(strstr(e.msg, "must differ from the user name"));
}

/* No faults, only because there was no room to write them down. */
static void
without_memory_no_password_passes(void **state)
{
    struct err e = ERR_INIT;

    (void)state;
    nth_left = 1;
    assert_int_equal(policy_check(&strict, "x", 1, NULL, &e), -1);
    assert_true(nth_came());
    assert_int_equal(e.code, ERR_MEMORY);
}

static void
does_not_look_beyond_the_end(void **state)
{
    struct err e = ERR_INIT;

    (void)state;
    assert_int_equal(policy_check(&none, "aaaaaa\xc3\xa9", 7, NULL, &e), -1);
    assert_non_null(strstr(e.msg, "does not take"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(judges_each_password),
        cmocka_unit_test(never_quotes_the_password),
        cmocka_unit_test(takes_up_to_128_characters),
        cmocka_unit_test(refuses_a_nul_inside),
        cmocka_unit_test(does_not_look_beyond_the_end),
        cmocka_unit_test(says_everything_at_once),
        cmocka_unit_test(without_memory_no_password_passes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
