/* What iniparser does to a file behind its author's back, one
 * test a trap: each is refused with its line, or proved harmless. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "conf/conf.h"
#include "conf/map.h"

static void
refused(const char *text, size_t len, const char *message)
{
    struct err e = ERR_INIT;
    struct conf *c = conf_parse("/f", text, len, &e);

    if (c != NULL) {
        conf_free(c);
        fail_msg("accepted; expected %s", message);
    }
    if (e.code != ERR_CONFIG || strncmp(e.msg, message, strlen(message)) != 0)
        fail_msg("\"%s\" is not \"%s\"", e.msg, message);
}

static struct conf *
accepted(const char *text)
{
    struct err e = ERR_INIT;
    struct conf *c = conf_parse("/f", text, strlen(text), &e);

    if (c == NULL)
        fail_msg("refused: %s", e.msg);
    return c;
}

#define REFUSED(text, message) refused(text, sizeof(text) - 1, message)

static int
no_group(const char *group, void *arg)
{
    (void)group;
    (void)arg;
    return -1;
}

static void
match_is_cut_at_a_comment_sign(void **state)
{
    struct conf *c;

    (void)state;
    REFUSED("[rule a]\niam_user=%u\nmatch = ^[^;#=]+$\n", "/f:3: ; in a value begins a comment");
    REFUSED("[rule a]\niam_user=%u\nmatch = a#b\n", "/f:3: # in a value begins a comment");
    REFUSED("[users]\nalice = Alice ; the boss\n", "/f:2: ; in a value begins a comment");
    REFUSED("[users]\nalice = ; never\n", "/f:2: ; in a value begins a comment");
    /* As mended, the whole expression arrives. */
    c = accepted("[rule a]\niam_user=%u\nmatch = '^[^;#=]+$'\n");
    assert_int_equal(regexec(&c->rules[0].match, "alice", 0, NULL, 0), 0);
    assert_int_equal(regexec(&c->rules[0].match, "a;b", 0, NULL, 0), REG_NOMATCH);
    conf_free(c);
}

static void
escaped_quote_becomes_a_backslash(void **state)
{
    (void)state;
    REFUSED("[aws]\nprofile = \"a\\\"b\"\n", "/f:2: a backslash inside quotes");
    REFUSED("[aws]\nprofile = a\\\"b\n", "/f:2: a quote (\") inside the value");
}

static void
backslash_inside_quotes_is_dropped_by_some_releases(void **state)
{
    struct conf *c;

    (void)state;
    REFUSED("[rule a]\niam_user=%u\nmatch = \"a\\.b\"\n", "/f:3: a backslash inside quotes");
    REFUSED("[rule a]\niam_user=%u\nmatch = 'a\\.b'\n", "/f:3: a backslash inside quotes");
    c = accepted("[rule a]\niam_user=%u\nmatch = a\\.b\n");
    assert_int_equal(regexec(&c->rules[0].match, "a.b", 0, NULL, 0), 0);
    assert_int_equal(regexec(&c->rules[0].match, "axb", 0, NULL, 0), REG_NOMATCH);
    conf_free(c);
}

static void
backslash_at_the_end_swallows_the_next_line(void **state)
{
    (void)state;
    REFUSED("[users]\nalice = Alice \\\nbob = Bob\n", "/f:2: a backslash at the end swallows");
    REFUSED("[users]\n# not bob \\\nbob = Bob\n", "/f:2: a backslash at the end swallows");
    REFUSED("[users]\nalice = Alice\\ \t\r\nbob = Bob\n", "/f:2: a backslash at the end swallows");
    REFUSED("[users]\nalice = Alice\\", "/f:2: a backslash at the end swallows");
}

static void
look_up_of_alice_in_capitals_finds_alice(void **state)
{
    struct map_person person = {.name = "Alice", .uid = 2000, .in_group = no_group};
    struct map_result r;
    struct err e = ERR_INIT;
    struct conf *c = accepted("[users]\nalice = Alice.Smith\n");

    (void)state;
    assert_int_equal(map_person(c, &person, &r, &e), 0);
    assert_false(r.served);
    person.name = "alice";
    assert_int_equal(map_person(c, &person, &r, &e), 0);
    assert_true(r.served);
    conf_free(c);
    REFUSED("[users]\nAlice = Alice.Smith\n", "/f:2: capitals in the key 'Alice'");
}

static void
case_of_sections_and_keys_is_folded(void **state)
{
    (void)state;
    REFUSED("[rule a]\niam_user=%u\n[rule A]\niam_user=%u\n", "/f:3: capitals in the section");
    REFUSED("[login]\nmin_uid=1000\nMIN_UID=2000\n", "/f:3: capitals in the key");
}

static void
byte_order_mark_is_a_syntax_error(void **state)
{
    (void)state;
    REFUSED("\xef\xbb\xbf[login]\n", "/f:1: a byte order mark; save the file as UTF-8 without BOM");
    REFUSED("\xff\xfe[\0l\0o\0", "/f:1: a NUL byte");
}

static void
key_outside_sections_is_accepted(void **state)
{
    (void)state;
    REFUSED("min_uid = 1\n", "/f:1: the key 'min_uid' stands before any section");
}

static void
last_duplicate_wins(void **state)
{
    (void)state;
    REFUSED("[users]\nalice = Alice\nalice =\n", "/f:3: the key 'alice' stands in line 2 already");
}

static void
lines_are_cut_at_1024_bytes(void **state)
{
    char text[2 * CONF_LINE_MAX];
    const char *head = "[users]\n", *key = "alice = ";
    size_t start = strlen(head), len = start;
    struct err e = ERR_INIT;
    struct conf *c;

    (void)state;
    /* 1,000 bytes are read whole: blanks up to there, then the last of the name. */
    memset(text, ' ', sizeof(text));
    memcpy(text, head, start);
    memcpy(text + start, key, strlen(key));
    len = start + CONF_LINE_MAX;
    memcpy(text + len - 5, "Alice", 5);
    text[len++] = '\n';
    c = conf_parse("/f", text, len, &e);
    if (c == NULL)
        fail_msg("%s", e.msg);
    assert_string_equal(c->users[0].iam_user, "Alice");
    conf_free(c);
    text[len - 1] = ' ';
    text[len++] = '\n';
    refused(text, len, "/f:2: the line has 1001 bytes; keep it below 1001");
    memset(text + start, '#', sizeof(text) - start);
    refused(text, sizeof(text), "/f:2: the line has 1992 bytes");
}

static void
nul_byte_hides_the_rest_of_a_line(void **state)
{
    (void)state;
    REFUSED("[users]\nalice = Alice\0 nobody\n", "/f:2: a NUL byte");
    REFUSED("[users]\n#\0\n", "/f:2: a NUL byte");
    REFUSED("\0", "/f:1: a NUL byte");
}

static void
single_character_line_is_skipped_in_silence(void **state)
{
    (void)state;
    REFUSED("[login]\nx", "/f:2: neither [section], key = value nor a comment");
    REFUSED("x", "/f:1: neither [section]");
}

static void
section_line_that_is_none_is_read_as_a_key(void **state)
{
    (void)state;
    REFUSED("[login]\n[users = alice\n", "/f:2: '[' without ']'");
    REFUSED("[users] ; = alice\n", "/f:1: text after the section's ']'");
}

static void
text_behind_a_closing_quote_is_dropped(void **state)
{
    (void)state;
    REFUSED("[login]\nexclude = \"root\", \"admin\"\n", "/f:2: text after the closing quote");
    REFUSED("[users]\nalice = 'Alice'x\n", "/f:2: text after the closing quote");
}

static void
blanks_around_values_and_line_ends_are_dropped(void **state)
{
    struct conf *c = accepted("[users]\r\n\talice\t = \t Alice \t\r\n\r\n  bob=Bob\r\n \t \n[aws]\n"
                              "config_file = /c\nprofile = ' people '\nregion=us-east-1");

    (void)state;
    assert_int_equal(c->user_count, 2);
    assert_string_equal(c->users[0].name, "alice");
    assert_string_equal(c->users[0].iam_user, "Alice");
    assert_string_equal(c->users[1].iam_user, "Bob");
    assert_int_equal(c->users[1].line, 4);
    assert_string_equal(c->profile, " people ");
    assert_string_equal(c->accounts[0].region, "us-east-1"); /* no line end at the end */
    conf_free(c);
}

static void
ten_thousand_users_keep_their_names_and_lines(void **state)
{
    enum {
        USERS = 10000,
        LINE = 64
    };
    char *text = malloc(USERS * LINE), name[LINE];
    size_t len = 0;
    struct conf *c;

    (void)state;
    assert_non_null(text);
    len += (size_t)snprintf(text, LINE, "[users]\n");
    for (int i = 0; i < USERS; i++)
        len += (size_t)snprintf(text + len, LINE, "user%d = Person.%d@example.com\n", i, i);
    c = accepted(text);
    assert_int_equal(c->user_count, USERS);
    for (int i = 0; i < USERS; i += 997) {
        (void)snprintf(name, sizeof(name), "Person.%d@example.com", i);
        assert_string_equal(c->users[i].iam_user, name);
        assert_int_equal(c->users[i].line, i + 2);
    }
    conf_free(c);
    (void)snprintf(text + len, LINE, "another = person.5000@EXAMPLE.com\n");
    refused(text, strlen(text),
            "/f:10002: 'another' becomes the same IAM user as 'user5000' in "
            "line 5002");
    free(text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(match_is_cut_at_a_comment_sign),
        cmocka_unit_test(escaped_quote_becomes_a_backslash),
        cmocka_unit_test(backslash_inside_quotes_is_dropped_by_some_releases),
        cmocka_unit_test(backslash_at_the_end_swallows_the_next_line),
        cmocka_unit_test(look_up_of_alice_in_capitals_finds_alice),
        cmocka_unit_test(case_of_sections_and_keys_is_folded),
        cmocka_unit_test(byte_order_mark_is_a_syntax_error),
        cmocka_unit_test(key_outside_sections_is_accepted),
        cmocka_unit_test(last_duplicate_wins),
        cmocka_unit_test(lines_are_cut_at_1024_bytes),
        cmocka_unit_test(nul_byte_hides_the_rest_of_a_line),
        cmocka_unit_test(single_character_line_is_skipped_in_silence),
        cmocka_unit_test(section_line_that_is_none_is_read_as_a_key),
        cmocka_unit_test(text_behind_a_closing_quote_is_dropped),
        cmocka_unit_test(blanks_around_values_and_line_ends_are_dropped),
        cmocka_unit_test(ten_thousand_users_keep_their_names_and_lines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
