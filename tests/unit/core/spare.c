/* An iamlp-net between two stories: whom it may serve next (SPARE-1, SPARE-2). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/spare.h"

static int stopped; /* how many iamlp-nets were ended */
static int64_t now_ms = 1000;

static int64_t
now(void)
{
    return now_ms;
}

static void
stop(int fd, void *arg)
{
    (void)arg;
    stopped++;
    assert_int_equal(close(fd), 0);
}

static const struct clock standing = {now, now};
static const struct ask_starter starter = {NULL, stop, NULL};
static char host_name[] = "iamlp-%h", user_name[] = "iamlp-%u";
static struct conf conf = {.session_name = host_name};
static struct conf_account prod, test;

static struct ask
asked(const char *user, const struct conf_account *account, int fd)
{
    return (struct ask){.starter = &starter,
                        .clock = &standing,
                        .conf = &conf,
                        .account = account,
                        .user = user,
                        .started_ms = now_ms,
                        .date = 7,
                        .fd = fd};
}

/* Put one away that has served alice in prod; *peer: its end. */
static void
put(struct spare *sp, int *peer)
{
    struct ask a;
    int sv[2];

    stopped = 0;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sv), 0);
    a = asked("alice", &prod, sv[0]);
    *peer = sv[1];
    spare_init(sp);
    spare_put(sp, &a);
    assert_int_equal(a.fd, -1);
}

/* May it serve that one next? */
static bool
serves(struct spare *sp, const char *user, const struct conf_account *account)
{
    struct ask a = asked(user, account, -1);
    bool well;

    spare_take(sp, &a);
    well = a.fd >= 0;
    assert_int_equal(stopped, well ? 0 : 1);
    assert_int_equal(sp->ask.fd, -1);
    ask_close(&a);
    return well;
}

static void
the_same_account(void **state)
{
    struct spare sp;
    int peer;

    (void)state;
    put(&sp, &peer);
    assert_true(serves(&sp, "bob", &prod));
    assert_int_equal(close(peer), 0);
    put(&sp, &peer);
    assert_false(serves(&sp, "alice", &test));
    assert_int_equal(close(peer), 0);
}

static void
one_person_where_aws_tells_them_apart(void **state)
{
    struct spare sp;
    int peer;

    (void)state;
    conf.session_name = user_name;
    put(&sp, &peer);
    assert_false(serves(&sp, "bob", &prod));
    assert_int_equal(close(peer), 0);
    put(&sp, &peer);
    assert_true(serves(&sp, "alice", &prod));
    assert_int_equal(close(peer), 0);
    conf.session_name = host_name;
}

static void
not_for_ever(void **state)
{
    struct spare sp;
    int peer;

    (void)state;
    put(&sp, &peer);
    now_ms += SPARE_MS;
    assert_true(serves(&sp, "bob", &prod));
    assert_int_equal(close(peer), 0);
    put(&sp, &peer);
    now_ms += SPARE_MS + 1;
    assert_false(serves(&sp, "bob", &prod));
    assert_int_equal(close(peer), 0);
}

static void
one_that_has_gone_or_speaks_unasked(void **state)
{
    struct spare sp;
    int peer;

    (void)state;
    put(&sp, &peer);
    assert_int_equal(close(peer), 0);
    assert_false(serves(&sp, "bob", &prod));
    put(&sp, &peer);
    assert_int_equal(write(peer, "x", 1), 1);
    assert_false(serves(&sp, "bob", &prod));
    assert_int_equal(close(peer), 0);
}

static void
what_it_knows_goes_with_it(void **state)
{
    struct ask a = asked("bob", &prod, -1), none;
    struct spare sp;
    int peer;

    (void)state;
    put(&sp, &peer);
    a.date = 0;
    spare_take(&sp, &a);
    assert_int_equal(a.date, 7);
    assert_string_equal(a.user, "bob");
    /* A story without one leaves what is there. */
    spare_put(&sp, &a);
    none = asked("carol", &prod, -1);
    spare_put(&sp, &none);
    assert_true(sp.ask.fd >= 0);
    spare_close(&sp);
    assert_int_equal(stopped, 1);
    assert_int_equal(close(peer), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_account),
        cmocka_unit_test(one_person_where_aws_tells_them_apart),
        cmocka_unit_test(not_for_ever),
        cmocka_unit_test(one_that_has_gone_or_speaks_unasked),
        cmocka_unit_test(what_it_knows_goes_with_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
