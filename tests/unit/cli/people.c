/* What a story's end means for a row, and how many users' rows are kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/people.h"
#include "cli/roster.h"

static void
what_an_end_means(void **state)
{
    static const struct {
        enum wire_type task;
        enum outcome outcome;
        const char *code;
        enum people_result result;
        bool may_pass;
    } rows[] = {
        {WIRE_MAP, OUTCOME_PENDING, "", PEOPLE_OPEN, false},
        {WIRE_MAP, OUTCOME_UNMAPPED, "", PEOPLE_UNMAPPED, false},
        {WIRE_MAP, OUTCOME_ERROR, "user", PEOPLE_WRONG, false},
        {WIRE_MAP, OUTCOME_ERROR, "config", PEOPLE_WRONG, false},
        {WIRE_PLAN, OUTCOME_PENDING, "", PEOPLE_CREATE, false},
        {WIRE_PLAN, OUTCOME_PENDING, "created", PEOPLE_RESUME, false},
        {WIRE_PLAN, OUTCOME_UNMAPPED, "tag", PEOPLE_WRONG, false},
        {WIRE_PROVISION, OUTCOME_OK, "", PEOPLE_CREATED, false},
        {WIRE_PROVISION, OUTCOME_EXISTS, "", PEOPLE_EXISTS, false},
        {WIRE_PROVISION, OUTCOME_REMOVED, "", PEOPLE_REMOVED, false},
        {WIRE_PROVISION, OUTCOME_LOST, "", PEOPLE_LOST, false},
        {WIRE_PROVISION, OUTCOME_PENDING, "", PEOPLE_UNDELIVERED, false},
        {WIRE_PROVISION, OUTCOME_PENDING, "busy", PEOPLE_FAILED, true},
        {WIRE_PROVISION, OUTCOME_NOSUCHUSER, "NoSuchEntity", PEOPLE_WRONG, false},
        {WIRE_PROVISION, OUTCOME_DENIED, "AccessDenied", PEOPLE_WRONG, false},
        {WIRE_PROVISION, OUTCOME_DENIED, "mfa", PEOPLE_BLOCKED, false},
        {WIRE_PLAN, OUTCOME_DENIED, "mfa", PEOPLE_BLOCKED, false},
        {WIRE_PROVISION, OUTCOME_DENIED, "InvalidClientTokenId", PEOPLE_FAILED, false},
        {WIRE_PROVISION, OUTCOME_POLICY, "PasswordPolicyViolation", PEOPLE_FAILED, false},
        {WIRE_PROVISION, OUTCOME_THROTTLED, "Throttling", PEOPLE_FAILED, true},
        {WIRE_PROVISION, OUTCOME_TIMEOUT, "timeout", PEOPLE_FAILED, true},
        {WIRE_PROVISION, OUTCOME_ERROR, "ServiceFailure", PEOPLE_FAILED, true},
        {WIRE_PROVISION, OUTCOME_ERROR, "hold", PEOPLE_FAILED, false},
        {WIRE_PROVISION, OUTCOME_ERROR, "aside", PEOPLE_WRONG, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        enum people_result result = people_judge(rows[i].task, rows[i].outcome, rows[i].code);

        if (result != rows[i].result ||
            people_may_pass(rows[i].outcome, rows[i].code) != rows[i].may_pass)
            fail_msg("row %zu: %s", i, people_word(result));
    }
}

/* A file of names, the caller's to unlink. */
static void
write_names(char *path, unsigned count)
{
    int fd = mkstemp(path);
    FILE *f = fd >= 0 ? fdopen(fd, "w") : NULL;

    assert_non_null(f);
    assert_true(fputs("# people\n\n  spaced \n", f) >= 0);
    for (unsigned i = 0; i < count; i++)
        assert_true(fprintf(f, "p%05u\n", i * 11 % count) > 0);
    assert_true(fputs("spaced\r\nlast", f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static void
a_file_of_names(void **state)
{
    static const unsigned counts[] = {0, 1, 63, 64, 65, 128, 129, 1000};
    struct err e = ERR_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        char path[] = "/tmp/iamlp-people.XXXXXX";
        struct people p = {.rows = NULL};

        write_names(path, counts[i]);
        assert_int_equal(roster_from(&p, path, &e), 0);
        assert_int_equal(unlink(path), 0);
        people_dismiss(&p);
        assert_int_equal(p.count, counts[i] + 2);
        assert_string_equal(p.rows[0].name, "last");
        assert_string_equal(p.rows[p.count - 1].name, "spaced");
        people_count(&p);
        assert_int_equal(p.counts[PEOPLE_OPEN], p.count);
        people_free(&p);
    }
}

/* What a file must not bring to a terminal, a log or a table. */
static void
a_line_that_is_no_name(void **state)
{
    static const char *const lines[] = {"\033[2Jx", "x\x7f",       "x\xc2\x9b",    "x\xff",
                                        "root:x:0", "../../etc/x", "=1+1",         "@SUM(1)",
                                        "-all",     "+1",          "x\xe2\x80\xae"};
    struct err e;

    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        char path[] = "/tmp/iamlp-people.XXXXXX", where[64];
        struct people p = {.rows = NULL};
        int fd = mkstemp(path);

        assert_int_equal(dprintf(fd, "good\n \n%s\n", lines[i]), strlen(lines[i]) + 8);
        assert_int_equal(close(fd), 0);
        err_clear(&e);
        assert_int_equal(roster_from(&p, path, &e), -1);
        assert_int_equal(unlink(path), 0);
        (void)snprintf(where, sizeof(where), "%s:3: not the name of a user", path);
        assert_ptr_equal(strstr(e.msg, where), e.msg);
        assert_null(strstr(e.msg, lines[i]));
        people_free(&p);
    }
}

static void
who_is_named_is_no_bystander(void **state)
{
    struct people p = {.rows = NULL};
    struct err e = ERR_INIT;

    (void)state;
    assert_int_equal(people_add(&p, "b", true, &e), 0);
    assert_int_equal(people_add(&p, "b", false, &e), 0);
    assert_int_equal(people_add(&p, "a", true, &e), 0);
    people_settle(&p);
    assert_int_equal(p.count, 2);
    people_dismiss(&p);
    assert_int_equal(p.count, 1);
    assert_string_equal(p.rows[0].name, "b");
    people_free(&p);
}

static void
twins_are_all_wrong(void **state)
{
    static const char *const targets[][2] = {
        {"1", "a"}, {"1", "b"}, {"2", "a"}, {"1", "A"}, {"1", "a"}};
    static const enum people_result expected[] = {PEOPLE_WRONG, PEOPLE_OPEN, PEOPLE_OPEN,
                                                  PEOPLE_WRONG, PEOPLE_WRONG};
    struct people_row rows[5] = {{.name = NULL}};
    struct people p = {.rows = rows, .count = 5};
    char *names[] = {(char[]){"v"}, (char[]){"w"}, (char[]){"x"}, (char[]){"y"}, (char[]){"z"}};
    struct err e = ERR_INIT;

    (void)state;
    for (size_t i = 0; i < 5; i++) {
        rows[i].name = names[i];
        people_set(&rows[i].account, targets[i][0], strlen(targets[i][0]));
        people_set(&rows[i].iam_user, targets[i][1], strlen(targets[i][1]));
        people_set(&rows[i].text, "", 0);
    }
    assert_int_equal(people_twins(&p, &e), 0);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(rows[i].result, expected[i]);
    assert_non_null(strstr(rows[0].text, "v and y are mapped"));
    assert_non_null(strstr(rows[4].text, "v and z are mapped"));
    for (size_t i = 0; i < 5; i++) {
        people_set(&rows[i].account, "", 0);
        people_set(&rows[i].iam_user, "", 0);
        people_set(&rows[i].text, "", 0);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_an_end_means),      cmocka_unit_test(a_file_of_names),
        cmocka_unit_test(a_line_that_is_no_name), cmocka_unit_test(who_is_named_is_no_bystander),
        cmocka_unit_test(twins_are_all_wrong),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
