/*
 * AWS's shared files against what Python's configparser and botocore make of them.
 * The expectations were recorded from botocore 1.29 on Python 3.11;
 * tests/e2e/test_iam.py asks the installed botocore again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "cred/ini.h"

#define NO_PROFILE "<no profile>"
#define NO_KEY     "<no key>"

/* The value of `key` in profile "x" (of the credentials file) or what is missing. */
static const struct {
    const char *text, *want;
} values[] = {
    {"[x]\nkey = v\n", "v"},
    {"[x]\nkey=v", "v"},
    {"[x]\r\nkey = v\r\n", "v"},
    {"[x]\rkey = v\r", "v"},
    {"\n\n[x]\n\nkey = v\n", "v"},
    {"[x]\nkey: v", "v"},
    {"[x]\nkey = a:b=c", "a:b=c"},
    {"[x]\nkey : a=b", "a=b"},
    {"[x]\nkey\t=\tv\t", "v"},
    {"[x]\nKEY = v", "v"},
    {"[x]\nkey =", ""},
    {"[x]\nkey = \n\n", ""},
    {"[x]\nkey ==v", "=v"},
    {"[x]\nkey = \"v\"", "\"v\""},
    {"[x]\nkey = v # no comment", "v # no comment"},
    {"[x]\nkey = v ; no comment", "v ; no comment"},
    {"[x]\nkey = v#1;2", "v#1;2"},
    {"[x]\nkey = v\\", "v\\"},
    {"[x]\nkey = %(here)s", "%(here)s"},
    {"# one\n; two\n[x]\n#key = a\n  ; indented\nkey = v\n", "v"},
    {"[x] # a comment\nkey = v", "v"},
    {"[x] trailing\nkey = v", "v"},
    {"  [x]\nkey = v", "v"},
    {"[x]\n  key = v", "v"},
    {"[y]\na = 1\n[x]\n  key = v", "v"},
    {"[x]\n  a = 1\nkey = v", "v"},
    {"[x]\n  a = 1\n  key = v", "v"},
    {"[x]\nother = 1\n[y]\nkey = v", NO_KEY},
    {"[y]\nkey = 1\n[x]\nkey = v\n[z]\nkey = 2", "v"},
    {"[X]\nkey = v", NO_PROFILE},
    {"[ x ]\nkey = v", NO_PROFILE},
    {"[profile x]\nkey = v", NO_PROFILE},
    {"[x]]\nkey = v", NO_PROFILE}, /* a section named "x]" */
    {"", NO_PROFILE},
    {"# nothing\n", NO_PROFILE},
    /* DEFAULT is every section's; it may come last and stand twice. */
    {"[DEFAULT]\nkey = d\n[x]\na = 1", "d"},
    {"[DEFAULT]\nkey = d\n[x]\nkey = v", "v"},
    {"[x]\na = 1\n[DEFAULT]\nkey = d", "d"},
    {"[DEFAULT]\na = 1\n[x]\na = 1\n[DEFAULT]\nkey = d", "d"},
    {"[default]\nkey = d\n[x]\na = 1", NO_KEY},
    /* An indented line goes on with the value before it, whatever it looks like. */
    {"[x]\na = 1\n key = v", NO_KEY},
    {"[x]\na = 1\n\n key = v", NO_KEY},
    {"[x]\na = 1\n# comment\n key = v", NO_KEY},
    {"[y]\na = 1\n [x]\nkey = v", NO_PROFILE},
    {"[x]\ns3 =\n  key = 1\nkey = v", "v"},
    {"[x]\n  a = 1\n key = v", "v"},
    /* Blanks of a web page. */
    {"[x]\n\xc2\xa0key\xc2\xa0=\xc2\xa0v\xc2\xa0", "v"},
    {"[x]\na = 1\n\xe3\x80\x80key = v", NO_KEY},
    {"[x]\nkey = v\xe2\x80\xa8", "v"},
    {"[x]\nkey = v\x1f\x0c", "v"},
    {"[x]\nkey = \xc3\xa4", "\xc3\xa4"},
};

static void
check_value(const char *text, enum ini_dialect dialect, const char *profile, const char *want)
{
    struct err e = ERR_INIT;
    struct ini *f = ini_parse(text, strlen(text), "file", &e);
    const struct ini_section *section;
    const struct ini_value *v;
    char got[100];

    if (f == NULL)
        fail_msg("%s\n--- %s", text, e.msg);
    section = ini_profile(f, dialect, profile);
    v = ini_get(f, section, "key");
    if (v != NULL)
        (void)snprintf(got, sizeof(got), "%.*s", (int)v->len, v->text);
    else
        (void)snprintf(got, sizeof(got), "%s", section != NULL ? NO_KEY : NO_PROFILE);
    if (strcmp(got, want) != 0)
        fail_msg("%s\n--- \"%s\" instead of \"%s\"", text, got, want);
    ini_free(f);
}

static void
values_as_configparser_reads_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
        check_value(values[i].text, INI_CREDENTIALS, "x", values[i].want);
}

/* Which section of a config file is the profile. */
static const struct {
    const char *section, *profile;
    bool named;
} headers[] = {
    {"[profile x]", "x", true},
    {"[profile   x]", "x", true},
    {"[profile\tx]", "x", true},
    {"[profile x ]", "x", true},
    {"[profile 'x']", "x", true},
    {"[profile \"x\"]", "x", true},
    {"[profile \"a b\"]", "a b", true},
    {"[profile 'a'\"b\"c]", "abc", true},
    {"[profile a\\ b]", "a b", true},
    {"[profile \"a\\\"b\"]", "a\"b", true},
    {"[profile \"a\\b\"]", "a\\b", true},
    {"[profile 'a\\b']", "a\\b", true},
    {"[profile #x]", "#x", true},
    {"[default]", "default", true},
    {"[profile default]", "default", true},
    {"[\"profile\" x]", "x", false},
    {"[profiles x]", "x", true}, /* botocore looks at the first seven letters only */
    {"[x]", "x", false},
    {"[Profile x]", "x", false},
    {"[ profile x]", "x", false},
    {"[profile X]", "x", false},
    {"[profile x y]", "x", false},
    {"[profile x y]", "x y", false},
    {"[profile]", "profile", false},
    {"[profile 'x]", "x", false},
    {"[profile x\\]", "x", false},
    {"[profile xx]", "x", false},
    {"[profile x]", "xx", false},
    {"[DEFAULT]", "DEFAULT", false},
    {"[DEFAULT]", "default", false},
    {"[sso-session x]", "x", false},
};

static void
profiles_of_a_config_file(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
        char text[100];

        (void)snprintf(text, sizeof(text), "%s\nkey = v\n", headers[i].section);
        check_value(text, INI_CONFIG, headers[i].profile, headers[i].named ? "v" : NO_PROFILE);
    }
    /* Of two headers for one profile the last counts, and nothing is mixed. */
    check_value("[profile x]\nkey = 1\n[profile 'x']\nkey = 2\n", INI_CONFIG, "x", "2");
    check_value("[profile x]\nkey = 1\n[profile 'x']\n", INI_CONFIG, "x", NO_KEY);
    check_value("[default]\nkey = 1\n[profile default]\nkey = 2\n", INI_CONFIG, "default", "2");
    check_value("[profile default]\nkey = 2\n[default]\nkey = 1\n", INI_CONFIG, "default", "1");
    check_value("[DEFAULT]\nkey = v\n", INI_CREDENTIALS, "DEFAULT", NO_PROFILE);
}

static const struct {
    const char *text, *sentence;
} errors[] = {
    {"key = v\n[x]\n", "file:1: this stands before the first [section]"},
    {"\n\nkey\n", "file:3: this stands before the first [section]"},
    {"[]\nkey = v", "file:1: this stands before the first [section]"},
    {"[x\nkey = v", "file:1: this stands before the first [section]"},
    {"[x]\nkey\n", "file:2: neither a [section] nor KEY = VALUE; comments begin with #"},
    {"[x]\n[]\n", "file:2: neither a [section] nor KEY = VALUE; comments begin with #"},
    {"[x]\n// note\n", "file:2: neither a [section] nor KEY = VALUE; comments begin with #"},
    {"[x]\n= v\n", "file:2: no key in front of the = sign"},
    {"[x]\n: v\n", "file:2: no key in front of the = sign"},
    {"[x]\nkey = 1\nkey = 2", "file:3: this key stands on line 2 already; remove one of the two"},
    {"[x]\nkey = 1\nKey = 2", "file:3: this key stands on line 2 already; remove one of the two"},
    {"[x]\r\nkey = 1\r\nKey: 2\r\n",
     "file:3: this key stands on line 2 already; remove one of the two"},
    {"[x]\n[y]\n\n[x]\n", "file:4: this section stands on line 1 already; make one of the two"},
    {"[DEFAULT]\na = 1\n[x]\n[DEFAULT]\na = 2\n",
     "file:5: this key stands on line 2 already; remove one of the two"},
    {"[x]\nkey =\n  word\n", "file:3: this line is indented under a key without a value"},
    {"[x]\nkey =\n\n  a = 1\n  word\n",
     "file:5: this line is indented under a key without a value"},
    {"\xef\xbb\xbf[x]\nkey = v\n", "file:1: the file begins with a byte order mark"},
};

static void
errors_name_the_line_and_the_mend(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        struct err e = ERR_INIT;

        if (ini_parse(errors[i].text, strlen(errors[i].text), "file", &e) != NULL)
            fail_msg("%s\n--- was taken", errors[i].text);
        assert_int_equal(e.code, ERR_FORMAT);
        if (strncmp(e.msg, errors[i].sentence, strlen(errors[i].sentence)) != 0)
            fail_msg("%s\n--- \"%s\" instead of \"%s\"", errors[i].text, e.msg, errors[i].sentence);
    }
}

static void
a_nul_byte_is_an_error(void **state)
{
    static const char text[] = "[x]\nkey = a\0b\n";
    struct err e = ERR_INIT;

    (void)state;
    assert_null(ini_parse(text, sizeof(text) - 1, "file", &e));
    assert_string_equal(e.msg, "file:2: holds a NUL byte; save the file as UTF-8 text");
}

static void
lines_of_keys_and_of_their_continuation(void **state)
{
    static const char text[] = "[x]\n\nkey = a\n# comment\n\n  b\n  c\nnext = 1\n";
    struct err e = ERR_INIT;
    struct ini *f = ini_parse(text, strlen(text), "file", &e);
    const struct ini_value *v;

    (void)state;
    assert_non_null(f);
    v = ini_get(f, ini_profile(f, INI_CREDENTIALS, "x"), "key");
    assert_non_null(v);
    assert_int_equal(v->line, 3);
    assert_int_equal(v->continued, 6);
    v = ini_get(f, ini_profile(f, INI_CREDENTIALS, "x"), "next");
    assert_int_equal(v->line, 8);
    assert_int_equal(v->continued, 0);
    assert_null(ini_get(f, NULL, "key"));
    ini_free(f);
}

/* The text needs no NUL behind it, and nothing behind its end is looked at. */
static void
the_end_is_the_end(void **state)
{
    static const char text[] = "[x]\nkey = value";
    struct err e = ERR_INIT;

    (void)state;
    for (size_t len = 0; len < strlen(text); len++) {
        char *exact = len > 0 ? test_malloc(len) : NULL;
        struct ini *f;

        if (exact != NULL)
            memcpy(exact, text, len);
        f = ini_parse(exact != NULL ? exact : "", len, "file", &e);
        ini_free(f);
        if (exact != NULL)
            test_free(exact);
    }
}

static void
there_is_a_ceiling(void **state)
{
    struct err e = ERR_INIT;
    struct ini *f;
    struct buf b;

    (void)state;
    buf_init(&b, 1024 * 1024);
    buf_adds(&b, "[x]\n");
    for (int i = 1; i < INI_LINES_MAX; i++)
        buf_addf(&b, "k%d = v\n", i);
    f = ini_parse(buf_str(&b), b.len, "file", &e);
    assert_non_null(f);
    assert_non_null(ini_get(f, ini_profile(f, INI_CREDENTIALS, "x"), "k9999"));
    ini_free(f);
    buf_adds(&b, "one = more\n");
    assert_null(ini_parse(buf_str(&b), b.len, "file", &e));
    assert_int_equal(e.code, ERR_LIMIT);
    buf_free(&b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_as_configparser_reads_them),
        cmocka_unit_test(profiles_of_a_config_file),
        cmocka_unit_test(errors_name_the_line_and_the_mend),
        cmocka_unit_test(a_nul_byte_is_an_error),
        cmocka_unit_test(lines_of_keys_and_of_their_continuation),
        cmocka_unit_test(the_end_is_the_end),
        cmocka_unit_test(there_is_a_ceiling),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
