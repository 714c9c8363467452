#include "base/text.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *in, *out;
} cases[] = {
    {"", ""},
    {"plain ~ text", "plain ~ text"},
    {"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xa7", "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xa7"},
    {"\xc2\xa0\xf4\x8f\xbf\xbf", "\xc2\xa0\xf4\x8f\xbf\xbf"}, /* U+00A0, U+10FFFF */

    /* C0 and DEL; C1, one character of two bytes, becomes one mark. */
    {"a\nb\rc\td\x1b[2J", "a?b?c?d?[2J"},
    {"a\x7f", "a?"},
    {"\xc2\x80\xc2\x9b\xc2\x9f", "???"},
    {"\x9b", "?"},

    /* Not UTF-8: a mark for each byte. */
    {"\xc0\xaf", "??"},
    {"\xe0\x80\xaf", "???"},
    {"\xf0\x80\x80\xaf", "????"},
    {"\xed\xa0\x80", "???"},      /* a surrogate */
    {"\xf4\x90\x80\x80", "????"}, /* U+110000 */
    {"\xf8\x88\x80\x80\x80", "?????"},
    {"\x80z", "?z"},
    {"\xc3z", "?z"},
    {"\xe2\x82", "??"},
    {"\xc3\xa9\xc3", "\xc3\xa9?"},

    /* What orders or breaks a line. */
    {"a\xe2\x80\xa8"
     "b\xe2\x80\xa9"
     "c",
     "a?b?c"},
    {"a\xe2\x80\xaa\xe2\x80\xab\xe2\x80\xac\xe2\x80\xad\xe2\x80\xae", "a?????"},
    {"\xe2\x81\xa6\xe2\x81\xa7\xe2\x81\xa8\xe2\x81\xa9", "????"},
    {"\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c", "???"},
    {"\xe2\x80\xa7\xe2\x80\xaf", "\xe2\x80\xa7\xe2\x80\xaf"}, /* their neighbours */
};

static void
leaves_only_what_prints(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char out[64];

        text_clean(out, sizeof(out), cases[i].in, strlen(cases[i].in));
        if (strcmp(out, cases[i].out) != 0)
            fail_msg("case %zu: \"%s\"", i, out);
    }
}

static void
replaces_a_nul(void **state)
{
    char out[8];

    (void)state;
    text_clean(out, sizeof(out), "a\0b", 3);
    assert_string_equal(out, "a?b");
}

static void
never_cuts_a_character(void **state)
{
    static const char in[] = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xa7z";
    static const size_t ends[] = {0, 0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11};

    (void)state;
    for (size_t size = 1; size < sizeof(ends) / sizeof(ends[0]); size++) {
        char out[16];

        memset(out, '#', sizeof(out));
        text_clean(out, size, in, strlen(in));
        assert_int_equal(strlen(out), ends[size]);
        assert_memory_equal(out, in, ends[size]);
        assert_int_equal(out[size], '#');
    }
}

static void
writes_nothing_where_there_is_no_room(void **state)
{
    char out = '#';

    (void)state;
    text_clean(&out, 0, "abc", 3);
    assert_int_equal(out, '#');
}

static void
does_not_look_beyond_the_end(void **state)
{
    char out[8];

    (void)state;
    text_clean(out, sizeof(out), "\xc3\xa9", 1);
    assert_string_equal(out, "?");
}

static void
numbers_are_digits_within_their_bounds(void **state)
{
    static const char *const bad[] = {"",   "0",  "61", "-1", "+5",  " 5",
                                      "5 ", "5s", "x",  "5.", "0x5", "99999999999999999999"};
    int n = 7;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(text_number(bad[i], 1, 60, &n));
    assert_int_equal(n, 7);
    assert_true(text_number("1", 1, 60, &n));
    assert_int_equal(n, 1);
    assert_true(text_number("060", 1, 60, &n));
    assert_int_equal(n, 60);
    assert_true(text_number("2147483647", 0, INT_MAX, &n));
    assert_int_equal(n, INT_MAX);
    assert_false(text_number("2147483648", 0, INT_MAX, &n));
}

static void
one_of_some_words(void **state)
{
    static const char words[] = "on|off|auto";
    static const char *const others[] = {"", "o", "onn", "on|off", "|", "auto|", "ON", "f"};

    (void)state;
    assert_true(text_is_one_of("on", words));
    assert_true(text_is_one_of("off", words));
    assert_true(text_is_one_of("auto", words));
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        assert_false(text_is_one_of(others[i], words));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaves_only_what_prints),
        cmocka_unit_test(replaces_a_nul),
        cmocka_unit_test(never_cuts_a_character),
        cmocka_unit_test(writes_nothing_where_there_is_no_room),
        cmocka_unit_test(does_not_look_beyond_the_end),
        cmocka_unit_test(numbers_are_digits_within_their_bounds),
        cmocka_unit_test(one_of_some_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
