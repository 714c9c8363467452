/* What providers share: the mend behind a sentence, and what no sentence may repeat. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cred/provider.h"

#define TOKEN "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJob3N0In0.c2lnbmF0dXJl"

static void
a_mend_stands_behind(void **state)
{
    struct err e = ERR_INIT;

    (void)state;
    err_set(&e, ERR_FORMAT, "/t: is empty");
    assert_int_equal(provider_mend(&e, "write it"), -1);
    assert_int_equal(e.code, ERR_FORMAT);
    assert_string_equal(e.msg, "/t: is empty; write it");
}

static void
a_token_is_not_repeated(void **state)
{
    static const struct {
        const char *token, *sentence;
        bool shown;
    } cases[] = {
        {TOKEN, "1.2.3.4: denied", true},
        {TOKEN, "1.2.3.4: bad " TOKEN, false},
        {TOKEN, "1.2.3.4: bad eyJhbGciOiJSUzI1NiJ9.eyJzdWIi", false}, /* cut by somebody */
        {TOKEN, "1.2.3.4: ...WIiOiJob3N0In0.c2lnbmF0dXJl", false},
        {TOKEN, "1.2.3.4: an eyJhbGciOiJSUzI1NiJ9", true}, /* every token's beginning */
        {"12345678", "1.2.3.4: 12345678", false},
        {"denied", "1.2.3.4: denied", true},
        {"", "1.2.3.4: denied", true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct secret *token = secret_from(cases[i].token, strlen(cases[i].token), NULL);
        struct err e = ERR_INIT;

        err_set(&e, ERR_DENIED, "%s", cases[i].sentence);
        provider_withhold(token, "1.2.3.4", &e);
        assert_int_equal(e.code, ERR_DENIED);
        assert_string_equal(e.msg, cases[i].shown
                                       ? cases[i].sentence
                                       : "1.2.3.4: refused in words that repeat the token, so "
                                         "they are not shown");
        secret_free(token);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mend_stands_behind),
        cmocka_unit_test(a_token_is_not_repeated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
