/* RFC 4648's test vectors, and bytes with the high bit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "aws/base64.h"

static void
test_vectors(void **state)
{
    static const struct {
        const char *from, *to;
    } rows[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xff\xfe\xfd\xfb\xef", "//79++8="},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct err e = ERR_INIT;
        struct secret *out = secret_new(64, &e);

        assert_int_equal(secret_append(out, "Basic ", 6, &e), 0);
        assert_int_equal(base64_append(out, rows[i].from, strlen(rows[i].from), &e), 0);
        assert_memory_equal(secret_str(out), "Basic ", 6);
        assert_string_equal(secret_str(out) + 6, rows[i].to);
        secret_free(out);
    }
}

static void
test_ceiling(void **state)
{
    struct err e = ERR_INIT;
    struct secret *out = secret_new(7, &e);

    (void)state;
    assert_int_equal(base64_append(out, "foobar", 6, &e), -1);
    assert_int_equal(e.code, ERR_LIMIT);
    assert_int_equal(secret_len(out), 0);
    secret_free(out);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_ceiling),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
