/* Names for CloudTrail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/evp.h>

#include "../nth.h"
#include "cred/identity.h"

int __real_EVP_Digest(const void *data, size_t len, unsigned char *digest, unsigned *size,
                      const EVP_MD *type, ENGINE *engine);
int __wrap_EVP_Digest(const void *data, size_t len, unsigned char *digest, unsigned *size,
                      const EVP_MD *type, ENGINE *engine);

int
__wrap_EVP_Digest(const void *data, size_t len, unsigned char *digest, unsigned *size,
                  const EVP_MD *type, ENGINE *engine)
{
    return nth_fails() ? 0 : __real_EVP_Digest(data, len, digest, size, type, engine);
}

#define TEN   "abcdefghij"
#define FIFTY TEN TEN TEN TEN TEN

static const struct {
    const char *template, *user, *host, *name;
} names[] = {
    {"%u", "alice", "h", "alice"},
    {"pam_iamlp", "alice", "h", "pam_iamlp"},
    {"%u@%h", "alice", "web1.example.com", "alice@web1.example.com"},
    {"%u", "DOM\\user", "h", "DOM=5Cuser"},
    {"%u", "aws:alice", "h", "aws=3Aalice"},
    {"%u", "a=5Cb", "h", "a=3D5Cb"},
    {"%u", "Jos\xc3\xa9", "h", "Jos=C3=A9"},
    {"%u", "a b", "h", "a=20b"},
    {"%u", "svc$", "h", "svc=24"},
    {"%u", "_+,.@-09AZ", "h", "_+,.@-09AZ"},
    {"%u%%", "al", "h", "al=25"},
    {"=,%h", "al", "h1", "=,h1"},
    /* One character is too short for STS. */
    {"%u", "x", "h", "x="},
    {"z", "x", "h", "z="},
    {"%u", "=", "h", "=3D"},
    /* 64 fit. */
    {"%u", FIFTY TEN "1234", "h", FIFTY TEN "1234"},
    /* 65 do not: 46 stay, and 16 digits of SHA-256 (computed with sha256sum). */
    {"%u", FIFTY TEN "12345", "h", TEN TEN TEN TEN "abcdef=-2911cc91b125e9ee"},
    {"%u-%h", FIFTY, FIFTY, TEN TEN TEN TEN "abcdef=-0c6a608b7ee5aa37"},
    /* Never inside "=5C": the cut would be behind "=5", then behind "=". */
    {"%u", TEN TEN TEN TEN "abcde\\" FIFTY, "h", TEN TEN TEN TEN "abcde=-4f231b757a65c04a"},
    {"%u", TEN TEN TEN TEN "abcdef\\" FIFTY, "h", TEN TEN TEN TEN "abcdef=-8e8b2dc2f8806eeb"},
    {"%u", TEN TEN TEN TEN "abcd\\" FIFTY, "h", TEN TEN TEN TEN "abcd=-f502190fc4e4a46b"},
    {"%u", TEN TEN TEN TEN "abc\\" FIFTY, "h", TEN TEN TEN TEN "abc=5C=-3ea549924501ac30"},
};

static void
names_for_sts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct err e = ERR_INIT;
        char out[IDENTITY_SIZE];

        if (identity_make(names[i].template, names[i].user, names[i].host, out, &e) != 0)
            fail_msg("%s: %s", names[i].user, e.msg);
        assert_string_equal(out, names[i].name);
        assert_in_range(strlen(out), 2, 64);
    }
}

/* Two long names that differ in their last character only. */
static void
two_long_names_stay_two(void **state)
{
    char one[IDENTITY_SIZE], other[IDENTITY_SIZE];
    struct err e = ERR_INIT;

    (void)state;
    assert_int_equal(identity_make("%u", FIFTY FIFTY "1", "h", one, &e), 0);
    assert_int_equal(identity_make("%u", FIFTY FIFTY "2", "h", other, &e), 0);
    assert_string_not_equal(one, other);
    assert_memory_equal(one, other, 48);
}

/* The digits behind a cut must not look like an encoded byte: with a blank for "=20" the
 * second one's own name would end as the first one's digest. */
static void
a_cut_name_is_no_short_ones(void **state)
{
    char one[IDENTITY_SIZE], other[IDENTITY_SIZE];
    struct err e = ERR_INIT;

    (void)state;
    assert_int_equal(
        identity_make("%u", "svc-reporting-and-analytics-department-north@corp.example.com-4-long",
                      "h", one, &e),
        0);
    assert_int_equal(identity_make("%u",
                                   "svc-reporting-and-analytics-department-north@co 25dd8a2eab33e7",
                                   "h", other, &e),
                     0);
    assert_string_equal(other, "svc-reporting-and-analytics-department-north@co=2025dd8a2eab33e7");
    assert_string_equal(one, "svc-reporting-and-analytics-department-north@c=-2025dd8a2eab33e7");
}

static const struct {
    const char *template, *user, *sentence;
} refused[] = {
    {"", "alice", "nothing is left of it"},
    {"%u", "", "nothing is left of it"},
    {"%x", "alice", "a % that is none of %u, %h and %%"},
    {"%u%", "alice", "a % that is none of %u, %h and %%"},
    {"aws:%u", "alice", "a character that STS does not take"},
    {"%u %h", "alice", "a character that STS does not take"},
    {"%u/%h", "alice", "a character that STS does not take"},
    {"\xc3\xa9%u", "alice", "a character that STS does not take"},
};

static void
templates_that_cannot_be(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        struct err e = ERR_INIT;
        char out[IDENTITY_SIZE];

        assert_int_equal(identity_make(refused[i].template, refused[i].user, "h", out, &e), -1);
        assert_int_equal(e.code, ERR_CONFIG);
        assert_memory_equal(e.msg, refused[i].sentence, strlen(refused[i].sentence));
    }
}

/* Cut alone it would be another long name's as well. */
static void
a_cut_name_needs_its_digits(void **state)
{
    char out[IDENTITY_SIZE] = "";
    struct err e = ERR_INIT;

    (void)state;
    nth_left = 1;
    assert_int_equal(identity_make("%u", FIFTY FIFTY, "h", out, &e), -1);
    assert_true(nth_came());
    assert_int_equal(e.code, ERR_SYSTEM);
    assert_string_equal(e.msg, "OpenSSL cannot compute SHA-256");
    assert_string_equal(out, "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_for_sts),
        cmocka_unit_test(two_long_names_stay_two),
        cmocka_unit_test(a_cut_name_is_no_short_ones),
        cmocka_unit_test(templates_that_cannot_be),
        cmocka_unit_test(a_cut_name_needs_its_digits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
