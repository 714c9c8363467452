/* The context that a host has set for its next exec (pam_selinux) is not the helper's.
 *
 * The system calls of this program go by way of the function below: no kernel that enforces
 * SELinux is needed, and what the watcher and its child do is noted in a page that is shared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "pam/spawn.h"

enum {
    CALL_ARGS = 5, /* none here has more; those on the stack are not ours to read */
    LONG_MS = 60 * 1000
};

/* How a call is to fail; 0: it does not. */
static int open_error, write_error;

static struct {
    long fd;
    int opened, cleared, cleared_at_exec;
} * seen;

static long (*kernel)(long number, ...);

/* In the child of vfork it does not return, and a sanitizer would still have its frame in mind. */
__attribute__((no_sanitize("address"))) long
syscall(long number, ...)
{
    long a[CALL_ARGS];
    va_list list;

    va_start(list, number);
    for (int i = 0; i < CALL_ARGS; i++)
        a[i] = va_arg(list, long);
    va_end(list);
    if (number == SYS_openat && strcmp((const char *)a[1], "/proc/thread-self/attr/exec") == 0) {
        seen->opened++;
        errno = open_error;
        seen->fd = open_error != 0 ? -1 : kernel(number, AT_FDCWD, "/dev/null", a[2]);
        return seen->fd;
    }
    if (number == SYS_write && a[0] == seen->fd) {
        seen->cleared += a[2] == 0;
        errno = write_error;
        return write_error != 0 ? -1 : 0;
    }
    if (number == SYS_execve)
        seen->cleared_at_exec = seen->cleared;
    return kernel(number, a[0], a[1], a[2], a[3], a[4]);
}

static int
begin(void **state)
{
    (void)state;
    *(void **)&kernel = dlsym(RTLD_NEXT, "syscall");
    seen = mmap(NULL, sizeof(*seen), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return kernel == NULL || seen == MAP_FAILED;
}

/* The helper is to run and end well, whatever becomes of it. */
static void
start(int failed_open, int failed_write)
{
    static const char *const argv[] = {"/bin/true", NULL};
    struct err e = ERR_INIT;
    int pair[2], status = -1;

    memset(seen, 0, sizeof(*seen));
    seen->fd = -1;
    open_error = failed_open;
    write_error = failed_write;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    if (spawn_run(argv, pair[1], &clock_system, clock_system.mono_ms() + LONG_MS, &status, &e) != 0)
        fail_msg("%s", e.msg);
    assert_int_equal(status, 0);
    assert_int_equal(seen->opened, 1);
    assert_int_equal(close(pair[0]) | close(pair[1]), 0);
}

static void
the_context_is_taken_back_before_the_exec(void **state)
{
    (void)state;
    start(0, 0);
    assert_int_equal(seen->cleared, 1);
    assert_int_equal(seen->cleared_at_exec, 1);
}

static void
without_selinux_it_starts_all_the_same(void **state)
{
    (void)state;
    start(ENOENT, 0);
    assert_int_equal(seen->cleared, 0);
    start(EACCES, 0);
    assert_int_equal(seen->cleared, 0);
    start(0, EINVAL);
    assert_int_equal(seen->cleared_at_exec, 1);
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_context_is_taken_back_before_the_exec),
        cmocka_unit_test(without_selinux_it_starts_all_the_same),
    };

    return cmocka_run_group_tests(tests, begin, NULL);
}
