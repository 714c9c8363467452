#include "pwgen/pwgen.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pwgen/plan.h"

/* ---- random sources ------------------------------------------------------------ */

/* splitmix64 from a fixed start: the same passwords in every run. */
static uint64_t seed;

static int
steady(void *buf, size_t len)
{
    unsigned char *p = buf;

    for (size_t i = 0; i < len; i++) {
        uint64_t z = (seed += 0x9e3779b97f4a7c15U);

        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
        p[i] = (unsigned char)(z >> 56);
    }
    return 0;
}

/* The same bytes, after each of them a 255. */
static int
steady_and_255(void *buf, size_t len)
{
    unsigned char *p = buf;

    for (size_t i = 0; i < len; i += 2) {
        (void)steady(p + i, 1);
        p[i + 1] = 255;
    }
    return 0;
}

static int
only_255(void *buf, size_t len)
{
    memset(buf, 255, len);
    return 0;
}

static int
only_0(void *buf, size_t len)
{
    memset(buf, 0, len);
    return 0;
}

static int
failing(void *buf, size_t len)
{
    (void)buf;
    (void)len;
    errno = ENOSYS;
    return -1;
}

/* Bytes written out by a test. */
static unsigned char script[1024];

static int
scripted(void *buf, size_t len)
{
    assert_true(len <= sizeof(script));
    memcpy(buf, script, len);
    memmove(script, script + len, sizeof(script) - len);
    return 0;
}

/* ---- helpers ------------------------------------------------------------------- */

static struct pwgen_request
request(unsigned length)
{
    return (struct pwgen_request){.length = length, .policy = {.min_length = 6}};
}

static struct secret *
make(const struct pwgen_request *r, pwgen_random *random)
{
    struct err e = ERR_INIT;
    struct secret *s = pwgen_make(r, random, &e);

    if (s == NULL)
        fail_msg("%s", e.msg);
    return s;
}

/* A sum of squares is expected at df and strays by sqrt(2 df); ten times that
 * never happens by chance, and a bias goes far beyond it. */
static void
assert_even(const unsigned *seen, size_t kinds, unsigned long drawn)
{
    double expected = (double)drawn / (double)kinds, sum = 0, df = (double)kinds - 1, over;

    for (size_t i = 0; i < kinds; i++)
        sum += (seen[i] - expected) * (seen[i] - expected) / expected;
    over = sum - df;
    if (over > 0 && over * over > 100 * 2 * df)
        fail_msg("chi square %.1f with %.0f degrees of freedom", sum, df);
}

/* ---- tests --------------------------------------------------------------------- */

/* PWGEN-1 in the open: so small an alphabet that each password comes often. */
static void
every_password_is_equally_likely(void **state)
{
    enum {
        LENGTH = 6,
        TEXTS = 4 * 4 * 4 * 4 * 4 * 4,
        ROUNDS = 100000
    };
    static unsigned seen[TEXTS], compact[TEXTS];
    struct pwgen_request r = request(LENGTH);
    size_t kinds = 0;

    (void)state;
    r.exclude = "BCDEFGHJKLMNPQRSTUVWXYZbcdefghijkmnpqrstuvwxyz3456789";
    seed = 1;
    for (unsigned i = 0; i < ROUNDS; i++) {
        struct secret *s = make(&r, steady);
        unsigned at = 0;

        for (const char *p = secret_str(s); *p != '\0'; p++)
            at = at * 4 + (unsigned)(strchr("Aa2_", *p) - "Aa2_");
        assert_in_range(at, 0, TEXTS - 1);
        seen[at]++;
        secret_free(s);
    }
    for (size_t i = 0; i < TEXTS; i++)
        if (seen[i] > 0)
            compact[kinds++] = seen[i];
    /* Texts of six over A a 2 _ that hold all four and begin and end without _. */
    assert_int_equal(kinds, 840);
    assert_even(compact, kinds, ROUNDS);
}

/* Over the whole alphabet, where 256 % 57 = 28 letters would come a fourth too
 * often by a plain remainder. By symmetry letters are all alike. */
static void
every_letter_is_equally_likely(void **state)
{
    unsigned inside[48] = {0}, edge[48] = {0};
    unsigned long at_inside = 0, at_edge = 0;
    struct pwgen_request r = request(20);
    struct plan plan;

    (void)state;
    assert_int_equal(plan_make(&plan, &r, NULL), 0);
    seed = 2;
    for (unsigned i = 0; i < 20000; i++) {
        struct secret *s = make(&r, steady);
        const char *text = secret_str(s);

        for (size_t k = 0; k < 20; k++) {
            size_t at = (size_t)(strchr(plan.alphabet, text[k]) - plan.alphabet);

            if (at >= 48)
                continue;
            if (k == 0 || k == 19) {
                edge[at]++;
                at_edge++;
            } else {
                inside[at]++;
                at_inside++;
            }
        }
        secret_free(s);
    }
    assert_even(inside, 48, at_inside);
    assert_even(edge, 48, at_edge);
}

static void
bytes_above_the_last_multiple_are_not_used(void **state)
{
    struct pwgen_request r = request(20);
    struct secret *plain, *mixed;

    (void)state;
    seed = 3;
    plain = make(&r, steady);
    seed = 3;
    mixed = make(&r, steady_and_255);
    assert_string_equal(secret_str(plain), secret_str(mixed));
    secret_free(plain);
    secret_free(mixed);
}

/* The first candidate lacks all classes but one; the second must be taken as it
 * stands, with nothing of the first in it. */
static void
a_candidate_is_thrown_away_whole(void **state)
{
    static const char good[] = "xA3_yBzC";
    struct pwgen_request r = request(8);
    struct secret *s;
    struct plan plan;

    (void)state;
    assert_int_equal(plan_make(&plan, &r, NULL), 0);
    memset(script, 0, sizeof(script));
    for (size_t i = 0; i < 8; i++)
        script[8 + i] = (unsigned char)(strchr(plan.alphabet, good[i]) - plan.alphabet);
    s = make(&r, scripted);
    assert_string_equal(secret_str(s), good);
    secret_free(s);
}

static void
a_broken_source_ends_in_an_error(void **state)
{
    pwgen_random *const broken[] = {only_255, only_0, failing};
    struct pwgen_request r = request(20);

    (void)state;
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        struct err e = ERR_INIT;

        assert_null(pwgen_make(&r, broken[i], &e));
        assert_int_equal(e.code, ERR_SYSTEM);
        assert_non_null(strstr(e.msg, "random numbers"));
    }
}

static void
the_text_is_as_promised(void **state)
{
    (void)state;
    seed = 4;
    for (unsigned i = 0; i < 2000; i++) {
        struct pwgen_request r = request(6 + i % 60);
        struct secret *s = make(&r, steady);
        const char *text = secret_str(s);
        unsigned seen[CLASS_COUNT + 1] = {0};

        assert_int_equal(strlen(text), r.length);
        assert_int_equal(secret_len(s), r.length);
        for (const char *p = text; *p != '\0'; p++)
            seen[class_of(*p)]++;
        for (size_t c = 0; c < CLASS_COUNT; c++)
            assert_true(seen[c] > 0);
        assert_int_equal(seen[CLASS_COUNT], 0);
        assert_null(strpbrk(text, "0Oo1lI|"));
        assert_true(class_of(text[0]) != CLASS_SYMBOL);
        assert_true(class_of(text[r.length - 1]) != CLASS_SYMBOL);
        secret_free(s);
    }
}

/* Each of the 16 sets of required classes, at each length, asked for by the
 * policy and by the request. */
static void
every_policy_is_satisfied(void **state)
{
    (void)state;
    seed = 5;
    for (unsigned set = 0; set < 16; set++)
        for (unsigned n = 6; n <= POLICY_LENGTH_MAX; n++)
            for (unsigned by_policy = 0; by_policy < 2; by_policy++) {
                struct pwgen_request r = {
                    .length = by_policy ? 6 : n,
                    .policy = {.min_length = by_policy ? n : 6,
                               .upper = set & 1,
                               .lower = set & 2,
                               .number = set & 4,
                               .symbol = set & 8,
                               .min_classes = n % 5},
                };
                struct secret *s = make(&r, steady);
                struct err e = ERR_INIT;

                assert_int_equal(secret_len(s), n);
                if (policy_check(&r.policy, secret_str(s), n, "alice", &e) != 0)
                    fail_msg("set %u length %u: %s", set, n, e.msg);
                secret_free(s);
            }
}

static void
excluded_characters_never_appear(void **state)
{
    static const struct {
        const char *exclude;
        unsigned classes; /* what is left, one bit each */
    } cases[] = {
        {"abcxyzABCXYZ23", 15},
        {"_", 7},
        {"23456789", 11},
        {"23456789_", 3},
        {"ABCDEFGHIJKLMNOPQRSTUVWXYZ", 14},
        {"abcdefghijklmnopqrstuvwxyz\xc3\xa9", 13},
        /* One capital, one digit and one symbol among small letters: the request
         * that throws most candidates away. */
        {"BCDEFGHJKLMNPQRSTUVWXYZ3456789", 15},
    };

    (void)state;
    seed = 6;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        for (unsigned n = 0; n < 200; n++) {
            struct pwgen_request r = {
                .length = 6, .exclude = cases[i].exclude, .policy = {.min_length = 6}};
            struct secret *s = make(&r, steady);
            unsigned seen = 0;

            for (const char *p = secret_str(s); *p != '\0'; p++)
                seen |= 1U << class_of(*p);
            assert_int_equal(seen, cases[i].classes);
            assert_null(strpbrk(secret_str(s), cases[i].exclude));
            secret_free(s);
        }
}

/* Nothing but the underscore is left: it stands at the edges, too. */
static void
symbols_alone_may_stand_at_the_edges(void **state)
{
    struct pwgen_request r = {.length = 7,
                              .exclude = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789",
                              .policy = {.min_length = 6}};
    struct secret *s = make(&r, steady);

    (void)state;
    assert_string_equal(secret_str(s), "_______");
    secret_free(s);
}

#define LETTERS "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz"

static void
the_impossible_is_refused_with_the_reason(void **state)
{
    static const struct {
        struct pwgen_request r;
        const char *reason;
    } cases[] = {
        {{5, "", {.min_length = 6}}, "of 5 characters is too short; ask for a length of 6 to 128"},
        {{0, "", {.min_length = 20}}, "of 0 characters is too short"},
        {{129, "", {.min_length = 6}}, "of 129 characters is longer than IAM takes"},
        {{20, "", {.min_length = 129}}, "asks for at least 129 characters"},
        {{20, LETTERS "23456789_", {.min_length = 6}}, "exclude leaves no character at all"},
        {{20, "0123456789", {.min_length = 6, .number = true}},
         "exclude leaves no digit, and the password policy requires one; "
         "take one or more of 23456789 out of exclude"},
        {{20, "_", {.min_length = 6, .symbol = true}},
         "exclude leaves no symbol, and the password policy requires one; "
         "take one or more of _ out of exclude"},
        {{20, LETTERS, {.min_length = 6, .upper = true}}, "exclude leaves no upper-case letter"},
        {{20, LETTERS, {.min_length = 6, .lower = true}}, "exclude leaves no lower-case letter"},
        {{20, LETTERS, {.min_length = 8, .min_classes = 3}},
         "exclude leaves 2 of the four kinds of characters (upper-case letters, lower-case "
         "letters, digits, symbols), and the password policy requires 3"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct err e = ERR_INIT;

        assert_null(pwgen_make(&cases[i].r, steady, &e));
        assert_int_equal(e.code, ERR_CONFIG);
        if (strstr(e.msg, cases[i].reason) == NULL)
            fail_msg("case %zu: %s", i, e.msg);
    }
}

static void
the_system_gives_random_bytes(void **state)
{
    static unsigned char a[100000];
    unsigned seen[256] = {0};

    (void)state;
    assert_int_equal(pwgen_system_random(a, sizeof(a)), 0);
    for (size_t i = 0; i < sizeof(a); i++)
        seen[a[i]]++;
    for (size_t i = 0; i < 256; i++)
        assert_true(seen[i] > 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_password_is_equally_likely),
        cmocka_unit_test(every_letter_is_equally_likely),
        cmocka_unit_test(bytes_above_the_last_multiple_are_not_used),
        cmocka_unit_test(a_candidate_is_thrown_away_whole),
        cmocka_unit_test(a_broken_source_ends_in_an_error),
        cmocka_unit_test(the_text_is_as_promised),
        cmocka_unit_test(every_policy_is_satisfied),
        cmocka_unit_test(excluded_characters_never_appear),
        cmocka_unit_test(symbols_alone_may_stand_at_the_edges),
        cmocka_unit_test(the_impossible_is_refused_with_the_reason),
        cmocka_unit_test(the_system_gives_random_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
