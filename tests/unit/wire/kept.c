/* Kept credentials: six fields that come out as they went in, or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "wire/kept.h"

#define ID     "ASIAIOSFODNN7EXAMPLE"
#define SECRET "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
#define TOKEN  "AQoDYXdzEPT//////////wEXAMPLE=="

/* As somebody else might write them. A length of SIZE_MAX: of the text. NULL: absent. */
struct fields {
    const char *id, *secret, *token, *region, *provider;
    size_t secret_len, token_len;
    int64_t expires;
};

static const struct fields good = {ID,     SECRET,   TOKEN,    "us-east-1",
                                   "imds", SIZE_MAX, SIZE_MAX, 1700000000};

static void
put_bytes(struct frame *f, int id, const char *text, size_t len)
{
    frame_put(f, (enum wire_field)id, text, len == SIZE_MAX && text != NULL ? strlen(text) : len);
}

static struct frame
frame_of(const struct fields *k, enum wire_field first)
{
    struct frame f;

    frame_init(&f, WIRE_KEPT, KEPT_MAX);
    put_bytes(&f, (int)first, k->id, SIZE_MAX);
    put_bytes(&f, (int)first + 1, k->secret, k->secret_len);
    put_bytes(&f, (int)first + 2, k->token, k->token_len);
    if (k->expires != INT64_MIN)
        frame_put_number(&f, (enum wire_field)((int)first + 3), k->expires);
    put_bytes(&f, (int)first + 4, k->region, SIZE_MAX);
    put_bytes(&f, (int)first + 5, k->provider, SIZE_MAX);
    assert_int_equal(f.fault, ERR_OK);
    return f;
}

static void
check(const struct fields *k, enum err_code code)
{
    struct err e = ERR_INIT;
    struct frame f = frame_of(k, WIRE_F_BASE);
    struct kept out;
    int rc = kept_get(&f, WIRE_F_BASE, &out, &e);

    assert_int_equal(rc, code == ERR_OK ? 0 : -1);
    assert_int_equal(e.code, code);
    if (rc != 0) {
        assert_null(out.secret);
        assert_null(out.token);
        assert_string_equal(out.id, "");
    }
    kept_free(&out);
    frame_free(&f);
}

static void
comes_out_as_it_went_in(void **state)
{
    static const enum wire_field firsts[] = {WIRE_F_BASE, WIRE_F_ROLE};
    struct err e = ERR_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof(firsts) / sizeof(firsts[0]); i++) {
        struct frame f = frame_of(&good, firsts[i]), g, back;
        struct kept k, again;

        assert_int_equal(kept_get(&f, firsts[i], &k, &e), 0);
        frame_init(&g, WIRE_KEPT, KEPT_MAX);
        kept_put(&g, WIRE_F_BASE, &k);
        /* Put away, and taken up again. */
        assert_int_equal(frame_parse(&back, frame_bytes(&g, &e), &e), 0);
        assert_int_equal(back.type, WIRE_KEPT);
        assert_int_equal(kept_get(&back, WIRE_F_ROLE, &again, &e), -1);
        assert_int_equal(e.code, ERR_ABSENT);
        err_clear(&e);
        assert_int_equal(kept_get(&back, WIRE_F_BASE, &again, &e), 0);
        assert_string_equal(again.id, ID);
        assert_string_equal(secret_str(again.secret), SECRET);
        assert_string_equal(secret_str(again.token), TOKEN);
        assert_int_equal(again.expires, 1700000000);
        assert_string_equal(again.region, "us-east-1");
        assert_string_equal(again.provider, "imds");
        kept_free(&k);
        kept_free(&again);
        frame_free(&f);
        frame_free(&g);
        frame_free(&back);
    }
}

static void
the_largest_fit_twice_into_an_answer(void **state)
{
    char id[KEPT_ID_MAX + 1], secret[KEPT_SECRET_MAX], token[KEPT_TOKEN_MAX];
    struct fields most = {id,
                          secret,
                          token,
                          "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                          "fifteen-letters",
                          sizeof(secret),
                          sizeof(token),
                          253402300799};
    struct err e = ERR_INIT;
    struct frame f, answer;
    struct kept k;

    (void)state;
    memset(id, 'A', sizeof(id) - 1);
    id[sizeof(id) - 1] = '\0';
    memset(secret, '~', sizeof(secret));
    memset(token, '!', sizeof(token));
    f = frame_of(&most, WIRE_F_BASE);
    assert_int_equal(kept_get(&f, WIRE_F_BASE, &k, &e), 0);
    frame_init(&answer, WIRE_RESULT, WIRE_NET_ANSWER_MAX);
    kept_put(&answer, WIRE_F_BASE, &k);
    kept_put(&answer, WIRE_F_ROLE, &k);
    assert_non_null(frame_bytes(&answer, &e));
    kept_free(&k);
    frame_free(&f);
    frame_free(&answer);
}

static void
what_is_of_another_form_is_none(void **state)
{
    static char longer[KEPT_TOKEN_MAX + 2];
    struct fields k;

#define WITH(member, value, code)                                                                  \
    do {                                                                                           \
        k = good;                                                                                  \
        k.member = (value);                                                                        \
        check(&k, code);                                                                           \
    } while (0)

    (void)state;
    memset(longer, 'A', sizeof(longer) - 1);
    check(&good, ERR_OK);
    WITH(token, NULL, ERR_OK);
    WITH(region, "", ERR_OK);
    WITH(id, NULL, ERR_ABSENT);
    WITH(id, "", ERR_FORMAT);
    WITH(id, "ASIA", ERR_FORMAT);
    WITH(id, "asiaiosfodnn7example", ERR_FORMAT);
    WITH(id, "ASIAIOSFODNN7EXAMPL ", ERR_FORMAT);
    WITH(id, longer, ERR_FORMAT);
    WITH(secret, NULL, ERR_FORMAT);
    WITH(secret_len, 0, ERR_FORMAT);
    WITH(secret, "a b", ERR_FORMAT);
    WITH(secret, "a\nb", ERR_FORMAT);
    WITH(secret, "\377", ERR_FORMAT);
    WITH(secret_len, strlen(SECRET) + 1, ERR_FORMAT); /* its NUL */
    WITH(token, "a\r\nHost: x", ERR_FORMAT);
    WITH(token_len, 0, ERR_FORMAT);
    WITH(token, longer, ERR_FORMAT);
    WITH(expires, 0, ERR_FORMAT);
    WITH(expires, -1, ERR_FORMAT);
    WITH(expires, INT64_MAX, ERR_FORMAT);
    WITH(expires, INT64_MIN, ERR_FORMAT);
    WITH(region, NULL, ERR_FORMAT);
    WITH(region, "us east", ERR_FORMAT);
    WITH(region, "us_east-1", ERR_FORMAT);
    WITH(region, "us-east-1.example", ERR_FORMAT);
    WITH(region, "US-EAST-1", ERR_FORMAT);
    WITH(region, "-us-east", ERR_FORMAT);
    WITH(region, "us-east-", ERR_FORMAT);
    WITH(region, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", ERR_FORMAT);
    WITH(provider, NULL, ERR_FORMAT);
    WITH(provider, "", ERR_FORMAT);
    WITH(provider, "sixteen-letters-", ERR_FORMAT);
    k = good;
    k.secret = longer;
    k.secret_len = KEPT_SECRET_MAX + 1;
    check(&k, ERR_FORMAT);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_out_as_it_went_in),
        cmocka_unit_test(the_largest_fit_twice_into_an_answer),
        cmocka_unit_test(what_is_of_another_form_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
