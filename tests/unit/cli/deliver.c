/* How long a delivery may take, as it is written; and one that could not begin. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "../nth.h"
#include "cli/deliver.h"

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
int __real_pipe2(int ends[2], int flags);
int __wrap_pipe2(int ends[2], int flags);
ssize_t __real_write(int fd, const void *data, size_t len);
ssize_t __wrap_write(int fd, const void *data, size_t len);
pid_t __real_fork(void);
pid_t __wrap_fork(void);

void *
__wrap_calloc(size_t n, size_t size)
{
    return nth_fails() ? NULL : __real_calloc(n, size);
}

static bool
refused(int error)
{
    if (!nth_fails())
        return false;
    errno = error;
    return true;
}

int
__wrap_pipe2(int ends[2], int flags)
{
    return refused(EMFILE) ? -1 : __real_pipe2(ends, flags);
}

ssize_t
__wrap_write(int fd, const void *data, size_t len)
{
    return refused(ENOSPC) ? -1 : __real_write(fd, data, len);
}

pid_t
__wrap_fork(void)
{
    return refused(EAGAIN) ? -1 : __real_fork();
}

static void
a_time_is_whole_seconds_within_limits(void **state)
{
    static const char *const none[] = {"", "0", "241", "-1", "1x", "x", "9223372036854775807"};
    static const struct {
        const char *text;
        int64_t ms;
    } some[] = {{NULL, 60000}, {"1", 1000}, {"240", 240000}};
    struct deliver_order o = {.ms = 0};

    (void)state;
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        if (deliver_within(&o, none[i]))
            fail_msg("%s", none[i]);
    for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
        assert_true(deliver_within(&o, some[i].text));
        assert_int_equal(o.ms, some[i].ms);
    }
}

/* Nothing has run then, nothing is left open, and there is nothing to wait for. */
static void
one_that_cannot_begin_says_so(void **state)
{
    static const char *const sentences[] = {
        "out of memory",
        "pipe: Too many open files",
        "the pipe to the command: No space left on device",
        "the pipe to the command: No space left on device",
        "fork: Resource temporarily unavailable",
    };
    static const struct deliver_facts facts = {"alice", "Alice", "123456789012", "url", "", false};
    const struct deliver_order o = {.command = "exit 9", .ms = 60000};
    struct secret *password = secret_from("Initial-1234", 12, NULL);
    int next = dup(STDIN_FILENO), again; /* what the next descriptor is */

    (void)state;
    (void)close(next);
    for (int i = 0; i < 5; i++) {
        struct err e = ERR_INIT;
        struct deliver d;

        nth_left = i + 1;
        assert_int_equal(deliver_begin(&d, &o, &facts, password, &e), -1);
        assert_true(nth_came());
        assert_string_equal(e.msg, sentences[i]);
        assert_int_equal(e.code, i < 1 ? ERR_MEMORY : ERR_SYSTEM);
        assert_int_equal(d.pid, 0);
        assert_int_equal(d.left, -1);
        again = dup(STDIN_FILENO);
        assert_int_equal(again, next);
        (void)close(again);
    }
    secret_free(password);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_time_is_whole_seconds_within_limits),
        cmocka_unit_test(one_that_cannot_begin_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
