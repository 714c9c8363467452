/* Whether, when and at what price a request is sent once more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aws/retry.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define FULL  RETRY_TOKENS
#define LONG  60000      /* ms: no deadline in sight */
#define HALF  0x80000000 /* of all random numbers */
#define MOST  0xffffffff
#define OFF   1200 /* s: a clock that AWS refuses */
#define EDGE  RETRY_SKEW_MIN_S
#define LEAST RETRY_LEAST_MS

static const struct {
    const char *name;
    struct retry_case c;
    int tokens;
    bool corrected; /* before */
    uint32_t random;
    struct retry_plan plan;
} rows[] = {
    /* RETRY-1: which faults, of what, how often */
    {"throttled", {1, FAULT_THROTTLED, true, LONG, 0}, FULL, false, HALF, {true, false, 500, 5}},
    {"server", {1, FAULT_SERVER, true, LONG, 0}, FULL, false, HALF, {true, false, 500, 5}},
    {"network", {1, FAULT_NETWORK, true, LONG, 0}, FULL, false, HALF, {true, false, 500, 5}},
    {"soon", {1, FAULT_UNMODIFIABLE, true, LONG, 0}, FULL, false, HALF, {true, false, 500, 5}},
    {"second", {2, FAULT_THROTTLED, true, LONG, 0}, FULL, false, HALF, {true, false, 1000, 5}},
    {"third", {3, FAULT_THROTTLED, true, LONG, 0}, FULL, false, HALF, {false, false, 0, 0}},
    {"may have acted", {1, FAULT_SERVER, false, LONG, 0}, FULL, false, HALF, {0}},
    {"denied", {1, FAULT_DENIED, true, LONG, 0}, FULL, false, HALF, {0}},
    {"bad key", {1, FAULT_CREDENTIALS, true, LONG, 0}, FULL, false, HALF, {0}},
    {"expired", {1, FAULT_EXPIRED, true, LONG, OFF}, FULL, false, HALF, {0}},
    {"exists", {1, FAULT_EXISTS, true, LONG, OFF}, FULL, false, HALF, {0}},
    {"policy", {1, FAULT_POLICY, true, LONG, 0}, FULL, false, HALF, {0}},
    {"quota", {1, FAULT_LIMIT, true, LONG, 0}, FULL, false, HALF, {0}},
    {"certificate", {1, FAULT_TLS, true, LONG, 0}, FULL, false, HALF, {0}},
    {"proxy refuses", {1, FAULT_PROXY, true, LONG, 0}, FULL, false, HALF, {0}},
    {"not AWS's", {1, FAULT_MALFORMED, true, LONG, 0}, FULL, false, HALF, {0}},
    /* RETRY-2: how long, and the deadline */
    {"at once", {1, FAULT_SERVER, true, LONG, 0}, FULL, false, 0, {true, false, 0, 5}},
    {"longest", {1, FAULT_SERVER, true, LONG, 0}, FULL, false, MOST, {true, false, 999, 5}},
    {"longest again", {2, FAULT_SERVER, true, LONG, 0}, FULL, false, MOST, {true, false, 1999, 5}},
    {"fits", {1, FAULT_SERVER, true, 500 + LEAST, 0}, FULL, false, HALF, {true, false, 500, 5}},
    {"too late", {1, FAULT_SERVER, true, 499 + LEAST, 0}, FULL, false, HALF, {0}},
    {"no time at all", {1, FAULT_TIMEOUT, true, 0, 0}, FULL, false, 0, {0}},
    /* RETRY-3: the bucket */
    {"time-out", {1, FAULT_TIMEOUT, true, LONG, 0}, FULL, false, HALF, {true, false, 500, 10}},
    {"last tokens", {1, FAULT_SERVER, true, LONG, 0}, 5, false, HALF, {true, false, 500, 5}},
    {"too few", {1, FAULT_SERVER, true, LONG, 0}, 4, false, HALF, {0}},
    {"too few, time-out", {1, FAULT_TIMEOUT, true, LONG, 0}, 9, false, HALF, {0}},
    /* RETRY-4: the clock */
    {"behind", {1, FAULT_CLOCK, true, LONG, OFF}, FULL, false, MOST, {true, true, 0, 0}},
    {"ahead", {1, FAULT_CLOCK, true, LONG, -OFF}, FULL, false, MOST, {true, true, 0, 0}},
    {"signature", {1, FAULT_SIGNATURE, true, LONG, OFF}, FULL, false, MOST, {true, true, 0, 0}},
    {"no tokens", {1, FAULT_CLOCK, true, LONG, OFF}, 0, false, MOST, {true, true, 0, 0}},
    {"not enough off", {1, FAULT_CLOCK, true, LONG, EDGE}, FULL, false, MOST, {0}},
    {"nor ahead", {1, FAULT_CLOCK, true, LONG, -EDGE}, FULL, false, MOST, {0}},
    {"enough", {1, FAULT_CLOCK, true, LONG, EDGE + 1}, FULL, false, MOST, {true, true, 0, 0}},
    {"wrong secret", {1, FAULT_SIGNATURE, true, LONG, 0}, FULL, false, MOST, {0}},
    {"once a run", {1, FAULT_CLOCK, true, LONG, OFF}, FULL, true, MOST, {0}},
    {"no time left", {1, FAULT_CLOCK, true, LEAST - 1, OFF}, FULL, false, MOST, {0}},
    {"third, clock", {3, FAULT_CLOCK, true, LONG, OFF}, FULL, false, MOST, {0}},
    {"throttled by a wrong clock",
     {1, FAULT_THROTTLED, true, LONG, OFF},
     FULL,
     false,
     HALF,
     {true, false, 500, 5}},
};

static void
test_decide(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct retry_plan *want = &rows[i].plan;
        struct retry_plan got;
        struct retry r;

        retry_init(&r);
        r.tokens = rows[i].tokens;
        r.corrected = rows[i].corrected;
        got = retry_decide(&r, &rows[i].c, rows[i].random);
        if (got.again != want->again ||
            (got.again && (got.correct != want->correct || got.wait_ms != want->wait_ms ||
                           got.cost != want->cost)))
            fail_msg("%s: again %d, correct %d, wait %d ms, cost %d", rows[i].name, got.again,
                     got.correct, (int)got.wait_ms, got.cost);
    }
}

static int64_t slept;

static void
sleep_ms(int64_t ms)
{
    slept += ms;
}

static void
test_follow(void **state)
{
    const struct retry_case late = {1, FAULT_CLOCK, true, LONG, OFF};
    const struct retry_plan wait = {true, false, 700, 5}, correct = {true, true, 0, 0};
    struct retry r;

    (void)state;
    retry_init(&r);
    r.sleep_ms = sleep_ms;
    r.skew_s = 10;
    slept = 0;
    retry_follow(&r, &wait, &late);
    assert_int_equal(slept, 700);
    assert_int_equal(r.tokens, FULL - 5);
    assert_int_equal(r.skew_s, 10);
    assert_false(r.corrected);

    retry_follow(&r, &correct, &late);
    assert_int_equal(slept, 700);
    assert_int_equal(r.tokens, FULL - 5);
    assert_int_equal(r.skew_s, 10 + OFF);
    assert_true(r.corrected);
}

static void
test_give_back(void **state)
{
    static const struct {
        int tokens, spent, then;
    } backs[] = {
        {100, 0, 101}, {100, 10, 110}, {FULL, 0, FULL}, {FULL - 3, 10, FULL}, {0, 0, 1},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(backs); i++) {
        struct retry r;

        retry_init(&r);
        r.tokens = backs[i].tokens;
        retry_succeeded(&r, backs[i].spent);
        assert_int_equal(r.tokens, backs[i].then);
    }
}

static void
test_init(void **state)
{
    struct retry r;
    uint32_t first, different = 0;

    (void)state;
    retry_init(&r);
    assert_int_equal(r.tokens, RETRY_TOKENS);
    assert_int_equal(r.skew_s, 0);
    assert_false(r.corrected);
    first = r.random();
    for (int i = 0; i < 8; i++)
        different |= first ^ r.random();
    assert_int_not_equal(different, 0);
    r.sleep_ms(1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decide),
        cmocka_unit_test(test_follow),
        cmocka_unit_test(test_give_back),
        cmocka_unit_test(test_init),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
