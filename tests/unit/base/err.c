#include "base/err.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
says_code_and_sentence(void **state)
{
    struct err e = ERR_INIT;

    (void)state;
    assert_int_equal(err_set(&e, ERR_TRUST, "%s:%d: no", "file", 7), -1);
    assert_int_equal(e.code, ERR_TRUST);
    assert_string_equal(e.msg, "file:7: no");
    err_clear(&e);
    assert_int_equal(e.code, ERR_OK);
    assert_string_equal(e.msg, "");
}

static void
tells_what_the_system_said(void **state)
{
    static const struct {
        int number;
        enum err_code code;
        const char *msg;
    } cases[] = {
        {ENOENT, ERR_ABSENT, "/x: No such file or directory"},
        {ENOMEM, ERR_MEMORY, "/x: Cannot allocate memory"},
        {EACCES, ERR_SYSTEM, "/x: Permission denied"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct err e = ERR_INIT;

        errno = cases[i].number;
        assert_int_equal(err_sys(&e, "/%c", 'x'), -1);
        assert_int_equal(errno, cases[i].number);
        assert_int_equal(e.code, cases[i].code);
        assert_string_equal(e.msg, cases[i].msg);
    }
}

static void
puts_context_in_front(void **state)
{
    struct err e = ERR_INIT;

    (void)state;
    err_set(&e, ERR_LIMIT, "too large");
    assert_int_equal(err_wrap(&e, "line %d", 3), -1);
    assert_int_equal(err_wrap(&e, "file"), -1);
    assert_int_equal(e.code, ERR_LIMIT);
    assert_string_equal(e.msg, "file: line 3: too large");
}

/* Each way of filling it, with more than it holds. */
static void
cuts_what_is_too_long(void **state)
{
    char full[ERR_MSG_MAX + 1];
    struct err e = ERR_INIT;

    (void)state;
    memset(full, 'x', sizeof(full));
    full[ERR_MSG_MAX] = '\0';
    err_set(&e, ERR_FORMAT, "%s", full);
    assert_int_equal(strlen(e.msg), ERR_MSG_MAX - 1);
    errno = EIO;
    err_sys(&e, "%s", full);
    assert_int_equal(strlen(e.msg), ERR_MSG_MAX - 1);
    err_set(&e, ERR_FORMAT, "inner");
    err_wrap(&e, "%s", full);
    assert_int_equal(strlen(e.msg), ERR_MSG_MAX - 1);
    err_set(&e, ERR_FORMAT, "%s", full);
    err_wrap(&e, "outer");
    assert_int_equal(strlen(e.msg), ERR_MSG_MAX - 1);
    assert_memory_equal(e.msg, "outer: xxx", 10);
}

/* What a sentence quotes cannot move a cursor, begin a line or end in half a character. */
static void
prints_only_what_is_printable(void **state)
{
    char full[ERR_MSG_MAX];
    struct err e = ERR_INIT;

    (void)state;
    err_set(&e, ERR_FORMAT, "a line %s=", "\033[2J\n\xff");
    assert_string_equal(e.msg, "a line ?[2J\?\?=");
    err_wrap(&e, "%s", "/x\r");
    assert_string_equal(e.msg, "/x?: a line ?[2J\?\?=");
    errno = EIO;
    err_sys(&e, "%s", "/\a");
    assert_string_equal(e.msg, "/?: Input/output error");
    memset(full, 'x', sizeof(full));
    full[ERR_MSG_MAX - 2] = '\0';
    err_set(&e, ERR_FORMAT, "%s\xc3\xa9", full);
    assert_string_equal(e.msg, full);
}

static void
nobody_has_to_care(void **state)
{
    (void)state;
    errno = EIO;
    assert_int_equal(err_set(NULL, ERR_FORMAT, "x"), -1);
    assert_int_equal(err_sys(NULL, "x"), -1);
    assert_int_equal(err_wrap(NULL, "x"), -1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_code_and_sentence),
        cmocka_unit_test(tells_what_the_system_said),
        cmocka_unit_test(puts_context_in_front),
        cmocka_unit_test(cuts_what_is_too_long),
        cmocka_unit_test(prints_only_what_is_printable),
        cmocka_unit_test(nobody_has_to_care),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
