/* A stack with its included files: whether one more line at its end would decide anything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "pamd/stack.h"
#include "pamd/verdict.h"

#define OURS "-session optional pam_iamlp.so " PAMD_MARK "\n"

static const struct {
    const char *name;
    const char *text;
} files[] = {
    {"common", "session [default=1] pam_permit.so\nsession requisite pam_deny.so\n"
               "session required pam_permit.so\naccount required pam_unix.so\n"},
    {"quick", "session required pam_a.so\nsession sufficient pam_b.so\n"},
    {"far", "session [success=1 default=ignore] pam_a.so\n"},
    {"home", "password requisite pam_pwquality.so\npassword sufficient pam_unix.so\n"
             "password required pam_deny.so\n"},
    {"strict", "password requisite pam_unix.so\npassword optional pam_b.so\n"},
    {"after", "password optional pam_permit.so\n"},
    {"auth-only", "auth required pam_a.so\n"},
    {"loop", "session include loop\n"},
    {"hand", "session optional pam_iamlp.so\n"},
    {"quick-hand", "@include quick\n@include hand\n"},
    {"marked", OURS},
    {"broken", "sesion required pam_a.so\n"},
};

static int
load(void *unused, const char *name, struct buf *text, struct err *e)
{
    (void)unused;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        if (strcmp(files[i].name, name) == 0) {
            buf_adds(text, files[i].text);
            return 0;
        }
    return err_set(e, ERR_ABSENT, "libpam finds no file %s", name);
}

static const struct stack_source source = {load, NULL};

static int
read_session(struct stack *s, const char *text, struct err *e)
{
    return stack_read(s, "/etc/pam.d/x", PAMD_SESSION, text, strlen(text), &source, e);
}

static void
what_may_have_one_more_line(void **state)
{
    static const struct {
        const char *text;
        size_t count;
        const char *refusal;  /* NULL: none */
        const char *shortcut; /* module, NULL: none */
    } rows[] = {
        {"session required pam_a.so\n", 1, NULL, NULL},
        {"auth required pam_a.so\n@include common\naccount required pam_b.so\n", 3, NULL, NULL},
        {"session include common\nsession optional pam_c.so\n", 4, NULL, NULL},
        {"account include nosuch\nsession required pam_a.so\n", 1, NULL, NULL},
        {"session [success=1 default=bad] pam_a.so\nsession required pam_b.so\n", 2, NULL, NULL},
        {"session sufficient pam_a.so\nsession required pam_b.so\n", 2, NULL, "pam_a.so"},
        {"session include quick\n", 2, NULL, "pam_b.so"},
        /* What a substack decides, and how far it jumps, ends with it. */
        {"session substack quick\n", 3, NULL, NULL},
        {"session substack far\n", 2, NULL, NULL},
        /* A substack is one module to a jump, whatever is in it. */
        {"session [success=2 default=ok] pam_a.so\nsession substack common\nsession required b\n",
         6, NULL, NULL},
        {"session [success=2 default=ok] pam_a.so\nsession substack common\n", 5,
         "/etc/pam.d/x line 1 jumps beyond", NULL},
        {"session include far\n", 1, "far line 1 jumps beyond", NULL},
        {"session include far\nsession required pam_b.so\n", 2, NULL, NULL},
        {"session [default=ignore auth_err=3] pam_a.so\nsession required pam_b.so\n", 2,
         "jumps beyond the end of the session stack", NULL},
        {"", 0, "x has no session lines", NULL},
        {"@include auth-only\n", 0, "x has no session lines", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct stack_line *quick;
        struct err e = ERR_INIT;
        struct stack s;

        if (read_session(&s, rows[i].text, &e) != 0)
            fail_msg("row %zu: %s", i, e.msg);
        assert_int_equal(s.count, rows[i].count);
        assert_int_equal(stack_judge(&s, "x", PAMD_SESSION, &e), rows[i].refusal == NULL ? 0 : -1);
        if (rows[i].refusal != NULL && strstr(e.msg, rows[i].refusal) == NULL)
            fail_msg("row %zu: %s", i, e.msg);
        quick = stack_shortcut(&s, s.count);
        assert_int_equal(quick != NULL, rows[i].shortcut != NULL);
        if (quick != NULL)
            assert_string_equal(quick->line.target, rows[i].shortcut);
        stack_free(&s);
    }
}

static void
what_may_act_on_a_changed_password(void **state)
{
    static const struct {
        const char *text;
        bool accepted;
    } rows[] = {
        {"requisite pam_unix.so\n", true},
        {"[success=ok default=die] pam_unix.so\n", true},
        {"required pam_unix.so\n", false},
        {"optional pam_unix.so\n", false},
        {"sufficient pam_unix.so\n", false},
        {"[success=ok] pam_unix.so\n", false},
        {"[success=ok default=ok] pam_unix.so\n", false},
        {"required pam_permit.so\n", false},
        {"requisite pam_deny.so\n", true}, /* never reached */
        /* As pam-auth-update writes it, for one home and for two. */
        {"[success=1 default=ignore] pam_unix.so\nrequisite pam_deny.so\n"
         "required pam_permit.so\noptional pam_gnome_keyring.so\n",
         true},
        {"requisite pam_pwquality.so\n[success=2 default=ignore] pam_unix.so\n"
         "[success=1 default=ignore] pam_sss.so\nrequisite pam_deny.so\n"
         "required pam_permit.so\n",
         true},
        {"[success=2 default=ignore] pam_unix.so\nsufficient pam_sss.so\n"
         "requisite pam_deny.so\nrequired pam_permit.so\n",
         true},
        {"[success=1 default=ignore] pam_unix.so\nrequired pam_deny.so\n"
         "required pam_permit.so\n",
         false},
        {"[success=1 default=1] pam_unix.so\nrequisite pam_deny.so\n"
         "required pam_permit.so\n",
         false},
        /* As authselect writes it, included, and what people put before it. */
        {"requisite pam_pwquality.so\nsufficient pam_unix.so\nrequired pam_deny.so\n", false},
        {"requisite pam_pwquality.so\nsufficient pam_unix.so\nrequisite pam_deny.so\n", true},
        {"requisite pam_pwquality.so\nsufficient pam_unix.so\nrequired pam_permit.so\n", false},
        {"sufficient pam_unix.so\noptional pam_gnome_keyring.so\n", false},
        {"requisite pam_pwquality.so\nrequisite pam_unix.so\nsubstack after\n", true},
        {"substack home\n", false},
        {"substack strict\n", false},
        {"requisite pam_a.so\n[success=reset default=die] pam_b.so\n", false},
        {"[success=reset default=die] pam_b.so\nrequisite pam_a.so\n", true},
        {"[success=1 default=die] pam_a.so\nsubstack strict\nrequisite pam_unix.so\n", true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct err e = ERR_INIT;
        struct buf text;
        struct stack s;

        buf_init(&text, PAMD_TEXT_MAX);
        for (const char *p = rows[i].text; *p != '\0'; p = strchr(p, '\n') + 1)
            buf_addf(&text, "password %.*s", (int)(strchr(p, '\n') + 1 - p), p);
        assert_int_equal(
            stack_read(&s, "/etc/pam.d/x", PAMD_PASSWORD, buf_str(&text), text.len, &source, &e),
            0);
        if ((stack_judge(&s, "x", PAMD_PASSWORD, &e) == 0) != rows[i].accepted)
            fail_msg("row %zu: %s", i, rows[i].text);
        if (!rows[i].accepted)
            assert_non_null(strstr(e.msg, "write requisite before the module"));
        stack_free(&s);
        buf_free(&text);
    }
}

/* What ends a substack ends that one alone, and not the next. */
static void
what_ends_the_stack_of_a_line(void **state)
{
    static const struct {
        const char *text;
        size_t at;
        const char *shortcut; /* module, NULL: none */
    } rows[] = {
        {"session sufficient pam_a.so\nsession required pam_b.so\n", 0, NULL},
        {"session sufficient pam_a.so\nsession required pam_b.so\n", 1, "pam_a.so"},
        {"session substack quick\n", 2, NULL},
        {"session substack quick\nsession substack hand\n", 4, NULL},
        {"session substack quick\nsession include hand\n", 3, NULL},
        {"session substack quick-hand\n", 3, "pam_b.so"},
        {"session sufficient pam_a.so\nsession substack hand\n", 2, "pam_a.so"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct stack_line *l;
        struct stack s;

        assert_int_equal(read_session(&s, rows[i].text, NULL), 0);
        l = stack_shortcut(&s, rows[i].at);
        if ((l != NULL) != (rows[i].shortcut != NULL) ||
            (l != NULL && strcmp(l->line.target, rows[i].shortcut) != 0))
            fail_msg("row %zu: %s", i, l != NULL ? l->line.target : "none");
        stack_free(&s);
    }
}

/* In a substack a failure ends what is in it. */
static void
where_in_the_stack_it_stands(void **state)
{
    static const char text[] = "password substack strict\npassword optional pam_a.so\n";
    struct stack s;

    (void)state;
    assert_int_equal(stack_read(&s, "x", PAMD_PASSWORD, text, sizeof(text) - 1, &source, NULL), 0);
    assert_int_equal(s.count, 4);
    assert_true(verdict_refused(&s, 1));
    assert_false(verdict_refused(&s, 2));
    assert_true(verdict_refused(&s, 3));
    stack_free(&s);
}

static void
what_cannot_be_read(void **state)
{
    static const struct {
        const char *text;
        const char *says;
    } rows[] = {
        {"\nsession include nosuch\n", "/etc/pam.d/x line 2: libpam finds no file nosuch"},
        {"@include nosuch\n", "no file nosuch"},
        {"session include loop\n", "loop line 1: included too deep"},
        {"session include broken\n", "broken line 1 does not begin"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct err e = ERR_INIT;
        struct stack s;

        assert_int_equal(read_session(&s, rows[i].text, &e), -1);
        assert_null(s.lines);
        if (strstr(e.msg, rows[i].says) == NULL)
            fail_msg("row %zu: %s", i, e.msg);
    }
}

static void
ours_is_found_in_included_files_too(void **state)
{
    const struct stack_line *l;
    struct stack s;

    (void)state;
    assert_int_equal(read_session(&s, "session required a\n@include hand\n", NULL), 0);
    l = stack_ours(&s);
    assert_non_null(l);
    assert_string_equal(l->file, "hand");
    assert_false(l->line.marked);
    stack_free(&s);
    assert_int_equal(read_session(&s, "session required a\n", NULL), 0);
    assert_null(stack_ours(&s));
    stack_free(&s);
}

static void
jumps_that_count_our_line(void **state)
{
    static const struct {
        const char *text;
        unsigned line; /* 0: none */
    } rows[] = {
        {"session [success=1 default=ok] a\nsession required b\n" OURS "session required c\n", 0},
        {"session [success=2 default=ok] a\nsession required b\n" OURS "session required c\n", 1},
        {"session required a\nsession [default=1] b\n" OURS "session required c\n", 2},
        {"session [success=2] a\nsession substack common\n" OURS "session required c\n", 1},
        {"session [success=1] a\nsession substack common\n" OURS "session required c\n", 0},
        {"session substack far\n" OURS "session required c\n", 0},
        {OURS "session [success=1] a\nsession required c\n", 0},
        {"session substack far\nsession substack marked\n", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct stack_line *l;
        struct stack s;

        assert_int_equal(read_session(&s, rows[i].text, NULL), 0);
        l = stack_counted(&s);
        if ((l != NULL ? l->line.number : 0) != rows[i].line)
            fail_msg("row %zu", i);
        stack_free(&s);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_may_have_one_more_line),
        cmocka_unit_test(what_may_act_on_a_changed_password),
        cmocka_unit_test(what_ends_the_stack_of_a_line),
        cmocka_unit_test(where_in_the_stack_it_stands),
        cmocka_unit_test(what_cannot_be_read),
        cmocka_unit_test(ours_is_found_in_included_files_too),
        cmocka_unit_test(jumps_that_count_our_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
