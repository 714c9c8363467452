/* One story at a time for a user: what is no lock of ours is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "state/lock.h"

static char folder[64];
static int state_fd;

static int
set_up(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof(folder), "/tmp/iamlp-lock.XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    state_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return state_fd < 0 ? -1 : 0;
}

static int
tear_down(void **state)
{
    (void)state;
    (void)unlinkat(state_fd, "lock/7", 0);
    (void)unlinkat(state_fd, "lock/7", AT_REMOVEDIR);
    (void)unlinkat(state_fd, "lock/8", 0);
    (void)unlinkat(state_fd, "lock", 0);
    (void)unlinkat(state_fd, "lock", AT_REMOVEDIR);
    (void)close(state_fd);
    return rmdir(folder);
}

/* The lock of 7 cannot be had, for this reason. */
static void
refused(enum err_code code, const char *begins)
{
    struct err e = ERR_INIT;

    assert_int_equal(lock_take(state_fd, 7, &e), -1);
    assert_int_equal(e.code, code);
    if (strncmp(e.msg, begins, strlen(begins)) != 0)
        fail_msg("\"%s\"", e.msg);
}

static void
it_is_held_until_it_is_let_go(void **state)
{
    int one, other;

    (void)state;
    one = lock_take(state_fd, 7, NULL);
    assert_true(one >= 0);
    refused(ERR_BUSY, "somebody else is at work for this user");
    other = lock_take(state_fd, 8, NULL);
    assert_true(other >= 0);
    lock_release(other);
    lock_release(one);
    one = lock_take(state_fd, 7, NULL);
    assert_true(one >= 0);
    lock_release(one);
}

static void
a_folder_in_its_place(void **state)
{
    (void)state;
    assert_int_equal(mkdirat(state_fd, "lock", 0700), 0);
    assert_int_equal(mkdirat(state_fd, "lock/7", 0700), 0);
    refused(ERR_SYSTEM, "cannot open lock/7: ");
}

static void
a_link_in_its_place(void **state)
{
    (void)state;
    assert_int_equal(mkdirat(state_fd, "lock", 0700), 0);
    assert_int_equal(symlinkat("8", state_fd, "lock/7"), 0);
    refused(ERR_SYSTEM, "cannot open lock/7: ");
    assert_int_equal(faccessat(state_fd, "lock/8", F_OK, 0), -1);
}

static void
a_pipe_in_its_place_is_not_waited_for(void **state)
{
    (void)state;
    assert_int_equal(mkdirat(state_fd, "lock", 0700), 0);
    assert_int_equal(mkfifoat(state_fd, "lock/7", 0600), 0);
    refused(ERR_TRUST, "lock/7 is not a plain file of uid ");
}

static void
somebody_elses_file(void **state)
{
    int fd;

    (void)state;
    if (geteuid() != 0) {
        print_message("skipped: needs root\n");
        skip();
    }
    assert_int_equal(mkdirat(state_fd, "lock", 0700), 0);
    fd = openat(state_fd, "lock/7", O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    assert_true(fd >= 0);
    assert_int_equal(fchown(fd, 1, 1), 0);
    (void)close(fd);
    refused(ERR_TRUST, "lock/7 is not a plain file of uid ");
}

static void
a_file_for_the_folder(void **state)
{
    int fd = openat(state_fd, "lock", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    (void)state;
    assert_true(fd >= 0);
    (void)close(fd);
    refused(ERR_SYSTEM, "cannot open the folder lock: ");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_is_held_until_it_is_let_go, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_folder_in_its_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_link_in_its_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_pipe_in_its_place_is_not_waited_for, set_up, tear_down),
        cmocka_unit_test_setup_teardown(somebody_elses_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_for_the_folder, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
