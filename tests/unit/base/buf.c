#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
appends_and_ends_in_a_nul(void **state)
{
    struct err e = ERR_INIT;
    struct buf b;

    (void)state;
    buf_init(&b, 100);
    assert_string_equal(buf_str(&b), "");
    assert_null(b.data);
    buf_adds(&b, "one");
    buf_add(&b, "\0two", 4);
    buf_addf(&b, "%d", 3);
    assert_int_equal(buf_check(&b, "b", &e), 0);
    assert_int_equal(b.len, 8);
    assert_memory_equal(buf_str(&b), "one\0two3", 9);
    buf_free(&b);
    assert_int_equal(b.len, 0);
    assert_string_equal(buf_str(&b), "");
    buf_adds(&b, "again");
    assert_string_equal(buf_str(&b), "again");
    buf_free(&b);
}

static void
takes_its_ceiling_and_no_more(void **state)
{
    struct err e = ERR_INIT;
    struct buf b;

    (void)state;
    buf_init(&b, 5);
    buf_adds(&b, "123");
    buf_adds(&b, "45");
    assert_int_equal(buf_check(&b, "b", &e), 0);
    buf_add(&b, NULL, 0);
    assert_int_equal(buf_check(&b, "b", &e), 0);
    buf_adds(&b, "6");
    assert_int_equal(buf_check(&b, "the answer", &e), -1);
    assert_int_equal(e.code, ERR_LIMIT);
    assert_string_equal(e.msg, "the answer: more than 5 bytes");
    assert_string_equal(buf_str(&b), "12345");
    buf_free(&b);
    buf_addf(&b, "%s", "123456");
    assert_int_equal(buf_check(&b, "b", &e), -1);
    buf_free(&b);
}

static void
keeps_its_first_fault(void **state)
{
    struct err e = ERR_INIT;
    struct buf b;

    (void)state;
    buf_init(&b, 5);
    buf_adds(&b, "123456");
    buf_adds(&b, "1");
    buf_addf(&b, "%d", 1);
    assert_int_equal(buf_check(&b, "b", &e), -1);
    assert_int_equal(b.len, 0);
    buf_free(&b);
    assert_int_equal(buf_check(&b, "b", &e), 0);
}

static void
grows_over_many_appends(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 100000);
    for (unsigned i = 0; i < 100000; i++)
        buf_addf(&b, "%u", i % 10);
    assert_int_equal(buf_check(&b, "b", NULL), 0);
    for (unsigned i = 0; i < 100000; i++)
        assert_int_equal(buf_str(&b)[i], '0' + (int)(i % 10));
    buf_free(&b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appends_and_ends_in_a_nul),
        cmocka_unit_test(takes_its_ceiling_and_no_more),
        cmocka_unit_test(keeps_its_first_fault),
        cmocka_unit_test(grows_over_many_appends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
