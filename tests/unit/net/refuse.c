/* An iamlp-net that may not work: its one answer says why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/socket.h>
#include <unistd.h>

#include "net/refuse.h"
#include "wire/frame.h"

static const struct err why = {ERR_SYSTEM, "seccomp: mmap: no"};

static void
the_first_request_is_answered_with_the_reason(void **state)
{
    int64_t deadline = clock_system.mono_ms() + 60 * 1000;
    char code[16], text[64];
    struct frame f = {0};
    int sv[2];

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sv), 0);
    frame_init(&f, WIRE_START, WIRE_NET_REQUEST_MAX);
    assert_int_equal(frame_send(&f, sv[0], &clock_system, deadline, NULL), 0);
    frame_free(&f);
    assert_int_equal(refuse_start(sv[1], &clock_system, &why), 0);
    assert_int_equal(frame_recv(&f, sv[0], WIRE_NET_ANSWER_MAX, &clock_system, deadline, NULL), 0);
    assert_int_equal(f.type, WIRE_RESULT);
    assert_int_equal(frame_get_number(&f, WIRE_F_FAULT, 0, 99, 99), WIRE_FAULT_OTHER);
    assert_int_equal(frame_get_number(&f, WIRE_F_MAYBE_ACTED, 0, 1, 1), 0);
    assert_true(frame_get_text(&f, WIRE_F_CODE, code, sizeof(code)));
    assert_string_equal(code, "sandbox");
    assert_true(frame_get_text(&f, WIRE_F_TEXT, text, sizeof(text)));
    assert_string_equal(text, why.msg);
    frame_free(&f);
    (void)close(sv[0]);
    (void)close(sv[1]);
}

static void
who_asks_nothing_is_told_nothing(void **state)
{
    char byte;
    int sv[2];

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sv), 0);
    assert_int_equal(shutdown(sv[0], SHUT_WR), 0);
    assert_int_equal(refuse_start(sv[1], &clock_system, &why), -1);
    (void)close(sv[1]);
    assert_int_equal(read(sv[0], &byte, 1), 0);
    (void)close(sv[0]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_request_is_answered_with_the_reason),
        cmocka_unit_test(who_asks_nothing_is_told_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
