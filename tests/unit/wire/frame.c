/* Frames: what goes in comes out; what is malformed, too large or late is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wire/frame.h"

static int sv[2];

static int
set_up(void **state)
{
    (void)state;
    return socketpair(AF_UNIX, SOCK_STREAM, 0, sv);
}

static int
tear_down(void **state)
{
    (void)state;
    (void)close(sv[0]);
    (void)close(sv[1]);
    return 0;
}

static int64_t
soon(void)
{
    return clock_system.mono_ms() + 2000;
}

static int
receive(struct frame *f, struct err *e)
{
    return frame_recv(f, sv[1], WIRE_PERSON_MAX, &clock_system, soon(), e);
}

static void
comes_out_as_it_went_in(void **state)
{
    struct err e = ERR_INIT;
    struct frame f, g;
    char text[16];
    size_t len;

    (void)state;
    frame_init(&f, WIRE_SHOW, WIRE_PERSON_MAX);
    frame_put_text(&f, WIRE_F_IAM_USER, "alice");
    frame_put_text(&f, WIRE_F_TEXT, NULL);
    frame_put_number(&f, WIRE_F_MS, -5);
    frame_put(&f, WIRE_F_PASSWORD, "a\0b", 3);
    assert_int_equal(frame_send(&f, sv[0], &clock_system, soon(), &e), 0);
    assert_int_equal(receive(&g, &e), 0);
    assert_int_equal(g.type, WIRE_SHOW);
    assert_true(frame_get_text(&g, WIRE_F_IAM_USER, text, sizeof(text)));
    assert_string_equal(text, "alice");
    assert_false(frame_get_text(&g, WIRE_F_IAM_USER, text, 5));
    assert_string_equal(text, "");
    assert_false(frame_get_text(&g, WIRE_F_PASSWORD, text, sizeof(text)));
    assert_null(frame_get(&g, WIRE_F_TEXT, &len));
    assert_non_null(frame_get(&g, WIRE_F_PASSWORD, &len));
    assert_int_equal(len, 3);
    assert_int_equal(frame_get_number(&g, WIRE_F_MS, -10, 10, 99), -5);
    assert_int_equal(frame_get_number(&g, WIRE_F_MS, 0, 10, 99), 99);
    assert_int_equal(frame_get_number(&g, WIRE_F_PASSWORD, 0, 10, 99), 99);
    frame_free(&f);
    frame_free(&g);
}

static void
what_does_not_fit_is_not_sent(void **state)
{
    static const char big[WIRE_PERSON_MAX];
    struct err e = ERR_INIT;
    struct frame f;

    (void)state;
    frame_init(&f, WIRE_END, WIRE_PERSON_MAX);
    frame_put(&f, WIRE_F_TEXT, big, sizeof(big));
    assert_int_equal(frame_send(&f, sv[0], &clock_system, soon(), &e), -1);
    assert_int_equal(e.code, ERR_LIMIT);
    frame_free(&f);
}

/* The same bytes from memory: whatever is wrong with them, they are no frame. */
static void
check_put_away(const char *bytes, size_t len)
{
    struct err e = ERR_INIT;
    struct secret *s = secret_from(bytes, len, &e);
    struct frame f;

    assert_non_null(s);
    assert_int_equal(frame_parse(&f, s, &e), -1);
    assert_true(e.code == ERR_FORMAT || e.code == ERR_LIMIT);
    frame_free(&f);
    secret_free(s);
}

static void
what_was_put_away_is_whole(void **state)
{
    struct err e = ERR_INIT;
    const struct secret *bytes;
    struct secret *more;
    struct frame f, g;
    size_t len = 0;

    (void)state;
    frame_init(&f, WIRE_KEPT, WIRE_PERSON_MAX);
    frame_put_text(&f, WIRE_F_IAM_USER, "alice");
    bytes = frame_bytes(&f, &e);
    assert_non_null(bytes);
    assert_int_equal(frame_parse(&g, bytes, &e), 0);
    assert_int_equal(g.type, WIRE_KEPT);
    assert_memory_equal(frame_get(&g, WIRE_F_IAM_USER, &len), "alice", 5);
    frame_free(&g);
    more = secret_new(WIRE_PERSON_MAX, &e);
    assert_int_equal(secret_append(more, secret_str(bytes), secret_len(bytes), &e), 0);
    assert_int_equal(secret_append(more, "x", 1, &e), 0);
    assert_int_equal(frame_parse(&g, more, &e), -1);
    assert_int_equal(e.code, ERR_FORMAT);
    frame_free(&g);
    secret_free(more);
    frame_free(&f);
    frame_init(&f, WIRE_KEPT, 16);
    frame_put_text(&f, WIRE_F_IAM_USER, "alice");
    err_clear(&e);
    assert_null(frame_bytes(&f, &e));
    assert_int_equal(e.code, ERR_LIMIT);
    frame_free(&f);
}

static void
bad_frames_are_refused(void **state)
{
#define ROW(bytes, code)                                                                           \
    {                                                                                              \
        bytes, sizeof(bytes) - 1, code                                                             \
    }
    static const struct {
        const char *bytes;
        size_t len;
        enum err_code code;
    } rows[] = {
        ROW("XX\001\006\0\0\0\0", ERR_FORMAT),
        ROW("IL\002\006\0\0\0\0", ERR_FORMAT),
        ROW("IL\001\006\0\0\020\0", ERR_LIMIT),
        ROW("IL\001\006\377\377\377\377", ERR_LIMIT),
        ROW("IL\001\006\0\0\0\003\001\0\0", ERR_FORMAT),
        ROW("IL\001\006\0\0\0\005\001\0\0\0\001", ERR_FORMAT),
        ROW("IL\001\006\0\0\0\005\001\377\377\377\377", ERR_FORMAT),
        ROW("IL\001\006\0\0\0\012\001\0\0\0\0\001\0\0\0\0", ERR_FORMAT),
        ROW("IL\001\006\0\0\0\005\001", ERR_NETWORK),
        ROW("IL", ERR_NETWORK),
        ROW("", ERR_ABSENT),
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct err e = ERR_INIT;
        struct frame f;

        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sv), 0);
        assert_int_equal(write(sv[0], rows[i].bytes, rows[i].len), (ssize_t)rows[i].len);
        assert_int_equal(shutdown(sv[0], SHUT_WR), 0);
        assert_int_equal(receive(&f, &e), -1);
        assert_int_equal(e.code, rows[i].code);
        frame_free(&f);
        check_put_away(rows[i].bytes, rows[i].len);
        (void)close(sv[0]);
        (void)close(sv[1]);
    }
    assert_int_equal(set_up(state), 0);
}

static void
silence_ends_at_the_deadline(void **state)
{
    struct err e = ERR_INIT;
    struct frame f;

    (void)state;
    assert_int_equal(write(sv[0], "IL\001", 3), 3);
    assert_int_equal(
        frame_recv(&f, sv[1], WIRE_PERSON_MAX, &clock_system, clock_system.mono_ms() + 50, &e), -1);
    assert_int_equal(e.code, ERR_TIMEOUT);
    frame_free(&f);
}

static void
a_peer_that_is_gone_raises_no_signal(void **state)
{
    struct err e = ERR_INIT;
    struct frame f;

    (void)state;
    (void)close(sv[1]);
    frame_init(&f, WIRE_SEEN, WIRE_PERSON_MAX);
    assert_int_equal(frame_send(&f, sv[0], &clock_system, soon(), &e), -1);
    assert_int_equal(e.code, ERR_NETWORK);
    frame_free(&f);
    sv[1] = dup(sv[0]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(comes_out_as_it_went_in, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_does_not_fit_is_not_sent, set_up, tear_down),
        cmocka_unit_test(what_was_put_away_is_whole),
        cmocka_unit_test_teardown(bad_frames_are_refused, tear_down),
        cmocka_unit_test_setup_teardown(silence_ends_at_the_deadline, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_peer_that_is_gone_raises_no_signal, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
