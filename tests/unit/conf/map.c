/* Who becomes which IAM user, by which line, and how that is explained. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "conf/map.h"

/* The groups of a person: "staff,wheel" as `arg`; "ghosts" does not exist. */
static int
in_group(const char *group, void *arg)
{
    const char *p = arg;
    size_t len = strlen(group);

    if (strcmp(group, "ghosts") == 0)
        return -1;
    for (; p != NULL; p = strchr(p, ',')) {
        p += *p == ',';
        if (strncmp(p, group, len) == 0 && (p[len] == ',' || p[len] == '\0'))
            return 1;
    }
    return 0;
}

static const char text[] = "[login]\n"
                           "min_uid = 1000\n"
                           "exclude = admin\n"
                           "[users]\n" /* 4 */
                           "alice = Alice.Smith@example.com\n"
                           "bob = prod:Bob\n"
                           "carol =\n"
                           "[account prod]\n" /* 8 */
                           "[rule dots]\n"
                           "match = ([a-z]+)[.]([a-z]+)\n"
                           "groups = staff\n"
                           "exclude = build.bot\n"
                           "iam_user = %2.%1@example.com\n"
                           "account = prod\n"
                           "[rule wheel]\n" /* 15 */
                           "groups = ghosts, wheel\n"
                           "iam_user = ops-%u\n"
                           "case = lower\n"
                           "[rule digits]\n" /* 19 */
                           "match = x(0)?(1)?(2)?(3)?(4)?(5)?(6)?(7)?(8)?(9)\n"
                           "iam_user = %9%u\n"
                           "[rule shout]\n" /* 22 */
                           "match = [A-Z]+\n"
                           "iam_user = %u\n"
                           "[rule guests]\n" /* 25 */
                           "match = guest(.*)\n"
                           "iam_user = %1\n";

static const struct row {
    const char *name;
    uid_t uid;
    const char *groups;
    const char *iam_user; /* NULL: not served */
    const char *account;
    unsigned line;
    const char *why;
} rows[] = {
    {"daemon", 999, "", NULL, NULL, 2, "uid 999 is below min_uid = 1000"},
    {"alice", 999, "", NULL, NULL, 2, "uid 999 is below min_uid = 1000"},
    {"admin", 1000, "wheel", NULL, NULL, 3, "[login] exclude names admin"},
    {"alice", 1000, "wheel", "Alice.Smith@example.com", "", 5, "f.conf:5: [users] names alice"},
    {"bob", 1000, "", "Bob", "prod", 6, "f.conf:6: [users] names bob"},
    {"carol", 1000, "wheel", NULL, NULL, 7, "f.conf:7: [users] says never for carol"},
    {"ann.lee", 1000, "staff", "lee.ann@example.com", "prod", 9,
     "f.conf:9: [rule dots] matches group staff and the name"},
    /* The first that matches wins, although a later one would, too. */
    {"ann.lee", 1000, "staff,wheel", "lee.ann@example.com", "prod", 9,
     "f.conf:9: [rule dots] matches group staff and the name"},
    /* Both must hold. */
    {"ann.lee", 1000, "wheel", "ops-ann.lee", "", 15,
     "f.conf:15: [rule wheel] matches group wheel"},
    {"annlee", 1000, "staff,wheel", "ops-annlee", "", 15,
     "f.conf:15: [rule wheel] matches group wheel"},
    /* Whole names only. */
    {"ann.lee.jr", 1000, "staff,wheel", "ops-ann.lee.jr", "", 15,
     "f.conf:15: [rule wheel] matches group wheel"},
    {"build.bot", 1000, "staff,wheel", "ops-build.bot", "", 15,
     "f.conf:15: [rule wheel] matches group wheel"},
    {"Zoe", 1000, "wheel", "ops-zoe", "", 15, "f.conf:15: [rule wheel] matches group wheel"},
    {"ALICE", 1000, "", "ALICE", "", 22, "f.conf:22: [rule shout] matches the name"},
    /* Groups that took no part are empty. */
    {"x9", 1000, "", "x9", "", 19, "f.conf:19: [rule digits] matches the name"},
    {"x0123456789", 1000, "", "8x0123456789", "", 19, "f.conf:19: [rule digits] matches the name"},
    {"guest7", 1000, "", "7", "", 25, "f.conf:25: [rule guests] matches the name"},
    {"dora", 1000, "", NULL, NULL, 0,
     "no line in [users] and no rule for dora; f.conf:15: [rule wheel] asks for group ghosts, which "
     "does not exist"},
    {"do\033ra", 4294967294, "", NULL, NULL, 0,
     "no line in [users] and no rule for do?ra; f.conf:15: [rule wheel] asks for group ghosts, "
     "which does not exist"},
};

static struct conf *
load(const char *conf)
{
    struct err e = ERR_INIT;
    struct conf *c = conf_parse("/etc/iamlp/f.conf", conf, strlen(conf), &e);

    if (c == NULL)
        fail_msg("%s", e.msg);
    return c;
}

static int
map(const struct conf *c, const char *name, uid_t uid, const char *groups, struct map_result *r,
    struct err *e)
{
    char list[64];
    struct map_person p = {.name = name, .uid = uid, .in_group = in_group, .arg = list};

    (void)snprintf(list, sizeof(list), "%s", groups);
    return map_person(c, &p, r, e);
}

static void
everybody_is_decided(void **state)
{
    struct conf *c = load(text);

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct row *row = &rows[i];
        struct map_result r;
        struct err e = ERR_INIT;

        if (map(c, row->name, row->uid, row->groups, &r, &e) != 0)
            fail_msg("row %zu, %s: %s", i, row->name, e.msg);
        if (r.served != (row->iam_user != NULL) || r.line != row->line ||
            strcmp(r.why, row->why) != 0)
            fail_msg("row %zu, %s: served %d, line %u, \"%s\"", i, row->name, r.served, r.line,
                     r.why);
        assert_string_equal(r.iam_user, r.served ? row->iam_user : "");
        if (r.served)
            assert_string_equal(r.account->name, row->account);
        else
            assert_null(r.account);
    }
    conf_free(c);
}

static void
defaults_have_no_line(void **state)
{
    struct conf *c = load("[rule all]\niam_user = %u\n");
    struct map_result r;

    (void)state;
    assert_int_equal(map(c, "dora", 999, "", &r, NULL), 0);
    assert_false(r.served);
    assert_int_equal(r.line, 0);
    assert_int_equal(map(c, "ubuntu", 1000, "", &r, NULL), 0);
    assert_string_equal(r.why, "[login] exclude names ubuntu");
    assert_int_equal(r.line, 0);
    assert_int_equal(map(c, "dora", 1000, "", &r, NULL), 0);
    assert_string_equal(r.iam_user, "dora");
    assert_string_equal(r.why, "f.conf:1: [rule all] matches everybody");
    conf_free(c);
    c = load("");
    assert_int_equal(map(c, "dora", 1000, "", &r, NULL), 0);
    assert_string_equal(r.why, "no line in [users] and no rule for dora");
    conf_free(c);
}

static void
case_keep_keeps(void **state)
{
    struct conf *c = load("[rule all]\niam_user = X.%u\ncase = keep\n");
    struct map_result r;

    (void)state;
    assert_int_equal(map(c, "Zoe", 1000, "", &r, NULL), 0);
    assert_string_equal(r.iam_user, "X.Zoe");
    conf_free(c);
}

static void
result_that_iam_would_refuse_is_an_error(void **state)
{
    static const struct {
        const char *template, *name, *message;
    } bad[] = {
        {"%1", "guest",
         "/etc/iamlp/f.conf:1: [rule r] makes '' of user guest, which is empty; mend"},
        {"%u", "EX\\bob",
         "/etc/iamlp/f.conf:1: [rule r] makes 'EX\\bob' of user EX\\bob, which has "
         "characters IAM refuses"},
        {"%u", "b\303\266b", "/etc/iamlp/f.conf:1: [rule r] makes 'b\303\266b'"},
        {"%u", "b\nob", "/etc/iamlp/f.conf:1: [rule r] makes 'b?ob' of user b?ob, which has"},
        {"%u%u", "abcdefghijklmnopqrstuvwxyzabcdefg",
         "/etc/iamlp/f.conf:1: [rule r] makes "
         "'abcdefghijklmnopqrstuvwxyzabcdefgabcdefghijklmnopqrstuvwxyzabcdefg' of user"},
    };
    char conf[128];

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct err e = ERR_INIT;
        struct map_result r;
        struct conf *c;

        (void)snprintf(conf, sizeof(conf), "[rule r]\nmatch = guest(.*)|.*\niam_user = %s\n",
                       bad[i].template);
        c = load(conf);
        assert_int_equal(map(c, bad[i].name, 1000, "", &r, &e), -1);
        assert_int_equal(e.code, ERR_CONFIG);
        assert_false(r.served);
        assert_string_equal(r.iam_user, "");
        if (strncmp(e.msg, bad[i].message, strlen(bad[i].message)) != 0)
            fail_msg("%zu: \"%s\"", i, e.msg);
        conf_free(c);
    }
}

static void
name_beyond_all_bounds_is_an_error(void **state)
{
    struct conf *c = load("[rule r]\niam_user = %u\n");
    struct err e = ERR_INIT;
    struct map_result r;
    char name[5000];

    (void)state;
    memset(name, 'a', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    assert_int_equal(map(c, name, 1000, "", &r, &e), -1);
    assert_int_equal(e.code, ERR_CONFIG);
    assert_non_null(strstr(e.msg, "which is longer than IAM's 64 characters; mend"));
    conf_free(c);
}

static void
result_may_have_64_characters(void **state)
{
    struct conf *c = load("[rule r]\niam_user = %u%u\n");
    struct map_result r;

    (void)state;
    assert_int_equal(map(c, "abcdefghijklmnopqrstuvwxyzabcdef", 1000, "", &r, NULL), 0);
    assert_int_equal(strlen(r.iam_user), MAP_IAM_USER_MAX);
    conf_free(c);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybody_is_decided),
        cmocka_unit_test(defaults_have_no_line),
        cmocka_unit_test(case_keep_keeps),
        cmocka_unit_test(result_that_iam_would_refuse_is_an_error),
        cmocka_unit_test(name_beyond_all_bounds_is_an_error),
        cmocka_unit_test(result_may_have_64_characters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
