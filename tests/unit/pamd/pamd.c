/* PAM service files: read as libpam reads them, changed without a trace. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "pamd/pamd.h"

#define A50  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A200 A50 A50 A50 A50

#define OURS "-session optional pam_iamlp.so " PAMD_MARK

static void
lines_are_read_as_libpam_reads_them(void **state)
{
    static const struct {
        const char *text;
        unsigned number;
        enum pamd_type type;
        enum pamd_kind kind;
        const char *target;
        bool ends;
        unsigned jump;
    } rows[] = {
        {"session required pam_a.so", 1, PAMD_SESSION, PAMD_CALL, "pam_a.so", false, 0},
        {"\n# session required pam_b.so\n \t# more\nauth\trequisite\t\tpam_a.so x=y\n", 4,
         PAMD_AUTH, PAMD_CALL, "pam_a.so", false, 0},
        {"-SESSION Optional /lib/pam_a.so\n", 1, PAMD_SESSION, PAMD_CALL, "/lib/pam_a.so", false,
         0},
        {"account sufficient pam_a.so # required\n", 1, PAMD_ACCOUNT, PAMD_CALL, "pam_a.so", true,
         0},
        {"  password [success=2 default=ignore] pam_a.so\n", 1, PAMD_PASSWORD, PAMD_CALL,
         "pam_a.so", false, 2},
        {"session \\\n  [success=done] \\  \n pam_a.so \\\n more\n", 1, PAMD_SESSION, PAMD_CALL,
         "pam_a.so", true, 0},
        {"session required pam_a.so # not continued \\\n", 1, PAMD_SESSION, PAMD_CALL, "pam_a.so",
         false, 0},
        {"session required pam_a.so \\ # nor this\n", 1, PAMD_SESSION, PAMD_CALL, "pam_a.so", false,
         0},
        {"# a comment is not continued \\\nsession required pam_a.so\n", 2, PAMD_SESSION, PAMD_CALL,
         "pam_a.so", false, 0},
        {"@include common-session\n", 1, PAMD_ANY, PAMD_INCLUDE, "common-session", false, 0},
        {"@INCLUDE common-session\n", 1, PAMD_ANY, PAMD_INCLUDE, "common-session", false, 0},
        {"auth include system-auth\n", 1, PAMD_AUTH, PAMD_INCLUDE, "system-auth", false, 0},
        {"-password SubStack system-auth\n", 1, PAMD_PASSWORD, PAMD_SUBSTACK, "system-auth", false,
         0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pamd_reader r;
        struct pamd_line line;
        struct err e = ERR_INIT;

        pamd_begin(&r, "/etc/pam.d/x", rows[i].text, strlen(rows[i].text));
        if (pamd_next(&r, &line, &e) != 1)
            fail_msg("row %zu: %s", i, e.msg);
        assert_int_equal(line.number, rows[i].number);
        assert_int_equal(line.type, rows[i].type);
        assert_int_equal(line.kind, rows[i].kind);
        assert_string_equal(line.target, rows[i].target);
        assert_int_equal(control_ends(&line.does), rows[i].ends);
        assert_int_equal(line.does.jump, rows[i].jump);
        assert_false(line.ours || line.marked);
        assert_int_equal(pamd_next(&r, &line, &e), 0);
    }
}

static void
what_is_not_certain_is_a_fault(void **state)
{
    static const struct {
        const char *text;
        size_t len; /* 0: to the NUL */
        const char *says;
    } rows[] = {
        {"sesion required pam_a.so\n", 0, "line 1 does not begin with"},
        {"- session required pam_a.so\n", 0, "line 1 does not begin with"},
        {"\n\nsession\n", 0, "line 3 has no control"},
        {"session required\n", 0, "line 1 names neither"},
        {"session required # pam_a.so\n", 0, "line 1 names neither"},
        {"session include\n", 0, "line 1 names neither"},
        {"@include\n", 0, "line 1 names neither"},
        {"session mandatory pam_a.so\n", 0, "line 1 has a control"},
        {"session [success=0] pam_a.so\n", 0, "line 1 has a control"},
        {"session required pam_a.so \\\n", 0, "line 1 is continued, but nothing follows"},
        {"session required \\\n\npam_a.so\n", 0, "line 2 is empty"},
        {"session required \\\n# why\npam_a.so\n", 0, "line 2 is empty"},
        {"session required pam_a.so x\0y\n", 28, "line 1 holds a NUL"},
        {"session required pam_a.so " A200 A200 A200 A200 A200 "\n", 0, "line 1 is too long"},
        {"session required pam_a.so " A200 A200 "\\\n" A200 A200 "\\\n" A200 "\n", 0,
         "line 3 is too long"},
        {"session required " A200 A200 "\n", 0, "too long a name"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pamd_reader r;
        struct pamd_line line;
        struct err e = ERR_INIT;

        pamd_begin(&r, "/etc/pam.d/x", rows[i].text,
                   rows[i].len != 0 ? rows[i].len : strlen(rows[i].text));
        if (pamd_next(&r, &line, &e) != -1)
            fail_msg("row %zu is no fault", i);
        assert_int_equal(e.code, ERR_FORMAT);
        if (strstr(e.msg, rows[i].says) == NULL || strstr(e.msg, "/etc/pam.d/x") == NULL)
            fail_msg("row %zu: %s", i, e.msg);
    }
}

static void
a_walk_goes_on_behind_a_fault(void **state)
{
    static const char text[] = "sesion required pam_a.so\nauth required pam_b.so\n";
    struct pamd_reader r;
    struct pamd_line line;

    (void)state;
    pamd_begin(&r, "x", text, sizeof(text) - 1);
    assert_int_equal(pamd_next(&r, &line, NULL), -1);
    assert_int_equal(pamd_next(&r, &line, NULL), 1);
    assert_int_equal(line.number, 2);
    assert_int_equal(pamd_next(&r, &line, NULL), 0);
}

static void
ours_is_known_by_name_and_by_mark(void **state)
{
    static const struct {
        const char *text;
        bool ours;
        bool marked;
    } rows[] = {
        {OURS, true, true},
        {OURS "\n", true, true},
        {OURS " \t\n", true, true},
        {"-session optional pam_iamlp.so services=su " PAMD_MARK "\n", true, true},
        {"session optional /opt/pam_iamlp.so timeout=3 " PAMD_MARK "\n", true, true},
        {"session optional pam_iamlp.so\n", true, false},
        {"session optional pam_iamlp.so " PAMD_MARK " by hand\n", true, false},
        {"session optional \\\npam_iamlp.so " PAMD_MARK "\n", true, false},
        {"session optional pam_other.so " PAMD_MARK "\n", false, false},
        {"session optional xpam_iamlp.so " PAMD_MARK "\n", false, false},
        {"session include pam_iamlp.so " PAMD_MARK "\n", false, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pamd_reader r;
        struct pamd_line line;

        pamd_begin(&r, "x", rows[i].text, strlen(rows[i].text));
        assert_int_equal(pamd_next(&r, &line, NULL), 1);
        if (line.ours != rows[i].ours || line.marked != rows[i].marked)
            fail_msg("row %zu: ours %d marked %d", i, line.ours, line.marked);
    }
}

static void
what_was_added_comes_out_without_a_trace(void **state)
{
    static const char *const texts[] = {
        "",
        "\n",
        "session required pam_a.so\n",
        "session required pam_a.so",
        "session required pam_a.so\n\n# end",
        "session required pam_a.so\n \n",
        "# a comment \\\n",
        "broken\nsession required pam_a.so",
        "session required pam_a.so\r\n",
    };
    static const enum pamd_type types[] = {PAMD_SESSION, PAMD_ACCOUNT, PAMD_PASSWORD};

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct buf text[4], line, back;
        unsigned by_hand = 1;

        buf_init(&text[0], PAMD_TEXT_MAX);
        buf_adds(&text[0], texts[i]);
        for (size_t t = 0; t < 3; t++) {
            buf_init(&line, PAMD_LINE_MAX);
            buf_init(&text[t + 1], PAMD_TEXT_MAX);
            buf_init(&back, PAMD_TEXT_MAX);
            pamd_compose(types[t], t == 1 ? "services=su" : NULL, &line);
            pamd_add(buf_str(&text[t]), text[t].len, buf_str(&line), &text[t + 1]);
            assert_non_null(strstr(buf_str(&text[t + 1]), buf_str(&line)));
            assert_int_equal(pamd_remove(buf_str(&text[t + 1]), text[t + 1].len, &back, &by_hand),
                             t + 1);
            assert_int_equal(by_hand, 0);
            assert_string_equal(buf_str(&back), texts[i]);
            assert_int_equal(back.len, strlen(texts[i]));
            buf_free(&back);
            buf_free(&line);
        }
        for (size_t t = 0; t < 4; t++)
            buf_free(&text[t]);
    }
}

static void
a_newline_of_ours_goes_only_where_nothing_follows(void **state)
{
    static const struct {
        const char *text, *left;
    } rows[] = {
        {"a\n" OURS PAMD_ABOVE "\n", "a"},
        {"a\n" OURS PAMD_ABOVE, "a"},
        {"a\n" OURS PAMD_ABOVE "\n" OURS "\n", "a"},
        {"a\n" OURS PAMD_ABOVE "\nb\n", "a\nb\n"},
        {"a\n" OURS PAMD_ABOVE "\n" OURS "\nb", "a\nb"},
        {"a\n" OURS PAMD_ABOVE "\n\n", "a\n\n"},
        /* Moved there by hand. */
        {OURS PAMD_ABOVE "\na\n", "a\n"},
        {OURS "\n" OURS PAMD_ABOVE "\na", "a"},
        {OURS PAMD_ABOVE "\n" OURS PAMD_ABOVE "\n", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        unsigned by_hand = 0;
        struct buf out;

        buf_init(&out, PAMD_TEXT_MAX);
        assert_int_not_equal(pamd_remove(rows[i].text, strlen(rows[i].text), &out, &by_hand), 0);
        assert_string_equal(buf_str(&out), rows[i].left);
        buf_free(&out);
    }
}

static void
a_fault_that_names_our_module_is_somebodys(void **state)
{
    static const struct {
        const char *text;
        unsigned by_hand;
    } rows[] = {
        {"broken pam_iamlp.so\n", 1},
        {"session required pam_a.so\n\n# c\nbroken pam_iamlp.so", 4},
        {"broken # pam_iamlp.so\n", 0},
        {"# broken pam_iamlp.so\nbroken\n", 0},
        {"broken \\\n x \\\n pam_iamlp.so\nbroken\n", 3},
        {"session mandatory pam_iamlp.so\nsession required pam_iamlp.so\n", 1},
        {"session required \\\n\npam_iamlp.so\n", 3},
        {OURS "\nbroken pam_iamlp.so\n", 2},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        unsigned by_hand = 0;
        struct buf out;

        buf_init(&out, PAMD_TEXT_MAX);
        (void)pamd_remove(rows[i].text, strlen(rows[i].text), &out, &by_hand);
        if (by_hand != rows[i].by_hand)
            fail_msg("row %zu: line %u", i, by_hand);
        buf_free(&out);
    }
}

static void
the_first_line_that_calls_us(void **state)
{
    static const struct {
        const char *text;
        unsigned number;
    } rows[] = {
        {"", 0},
        {"session required pam_a.so pam_iamlp.so\n# pam_iamlp.so\n", 0},
        {"session required pam_a.so\n" OURS "\nsession required pam_iamlp.so\n", 2},
        {"session required pam_iamlp.so\n" OURS, 1},
        {"\nbroken pam_iamlp.so\n" OURS, 2},
        {"broken\nbroken\n" OURS, 3},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (pamd_calls(rows[i].text, strlen(rows[i].text)) != rows[i].number)
            fail_msg("row %zu: line %u", i, pamd_calls(rows[i].text, strlen(rows[i].text)));
}

static void
only_marked_lines_are_taken_out(void **state)
{
    static const char text[] = "auth required pam_a.so\n" OURS "\n"
                               "session optional pam_iamlp.so debug\n"
                               "# " OURS "\n"
                               "illegal\n" OURS "\nsession required pam_b.so";
    struct buf out;
    unsigned by_hand = 0;

    (void)state;
    buf_init(&out, PAMD_TEXT_MAX);
    assert_int_equal(pamd_remove(text, sizeof(text) - 1, &out, &by_hand), 2);
    assert_int_equal(by_hand, 3);
    assert_string_equal(buf_str(&out), "auth required pam_a.so\n"
                                       "session optional pam_iamlp.so debug\n"
                                       "# " OURS "\n"
                                       "illegal\nsession required pam_b.so");
    buf_free(&out);
}

static void
arguments_are_split_as_libpam_splits_them(void **state)
{
    static const struct {
        const char *arguments, *services;
    } rows[] = {
        {"", ""},
        {"debug services=su", "su"},
        {"services=su services=sshd,login debug", "sshd,login"},
        {"[services=sshd, login] debug", "sshd, login"},
        {"debug [services=a\\]b]", "a\\]b"},
        {"xservices=su services", ""},
        {"services=su\tservices=", ""},
        {"services=123456789012345678901234567890", "12345678901234567890123"},
        {"[debug services=su]", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pamd_reader r;
        struct pamd_line line;
        char text[200], out[24];

        (void)snprintf(text, sizeof(text), "session optional pam_iamlp.so %s # services=no\n",
                       rows[i].arguments);
        pamd_begin(&r, "x", text, strlen(text));
        assert_int_equal(pamd_next(&r, &line, NULL), 1);
        pamd_argument(&line, "services", out, sizeof(out));
        assert_string_equal(out, rows[i].services);
    }
}

static void
composed(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, PAMD_LINE_MAX);
    pamd_compose(PAMD_SESSION, NULL, &b);
    assert_string_equal(buf_str(&b), "-session optional pam_iamlp.so # added by iamlp enable");
    buf_free(&b);
    pamd_compose(PAMD_PASSWORD, "password_services=chpasswd", &b);
    assert_string_equal(buf_str(&b), "-password optional pam_iamlp.so password_services=chpasswd "
                                     "# added by iamlp enable");
    buf_free(&b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_read_as_libpam_reads_them),
        cmocka_unit_test(what_is_not_certain_is_a_fault),
        cmocka_unit_test(a_walk_goes_on_behind_a_fault),
        cmocka_unit_test(ours_is_known_by_name_and_by_mark),
        cmocka_unit_test(what_was_added_comes_out_without_a_trace),
        cmocka_unit_test(a_newline_of_ours_goes_only_where_nothing_follows),
        cmocka_unit_test(a_fault_that_names_our_module_is_somebodys),
        cmocka_unit_test(the_first_line_that_calls_us),
        cmocka_unit_test(only_marked_lines_are_taken_out),
        cmocka_unit_test(arguments_are_split_as_libpam_splits_them),
        cmocka_unit_test(composed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
