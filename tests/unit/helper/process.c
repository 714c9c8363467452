#include "helper/process.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static struct process p;

static int
pidfd_of(pid_t pid)
{
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

/* A child that waits to be killed; it is there when this returns. */
static pid_t
sleeper(void)
{
    pid_t pid = fork();

    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
        for (;;)
            (void)pause();
    }
    assert_true(pid > 0);
    return pid;
}

static void
reap(pid_t pid)
{
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void
tells_a_living_process(void **state)
{
    static const struct {
        const char *stat;
        bool lives;
    } cases[] = {
        {"12 (sh) S 1 12 12", true},
        {"12 (sh) Z 1 12 12", false},
        {"12 (sh) X 1 12 12", false},
        {"12 (sh) x 1 12 12", false},
        {"12 (a) Z 1) R 1 12 12", true},
        {"12 (a) R 1) Z 1 12 12", false},
        {"12 (a\n) S\n) Z 1 12 12", false},
        {"12 ()) S 1 12 12", true},
        {"12 (sh) ", false},
        {"12 (sh)", false},
        {"12 sh S 1", false},
        {"", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if (process_lives(cases[i].stat) != cases[i].lives)
            fail_msg("%s", cases[i].stat);
}

static void
finds_the_effective_uid(void **state)
{
    static const struct {
        const char *status;
        int rc;
        uid_t uid;
    } cases[] = {
        {"Name:\tsh\nUmask:\t0022\nUid:\t1\t2\t3\t4\nGid:\t5\t5\t5\t5\n", 0, 2},
        {"Name:\tUid:\t7\t7\t7\t7\nUid:\t1\t2\t3\t4\n", 0, 2},
        {"Name:\tsh\nUid:\t1\t4294967294\t3\t4\n", 0, 4294967294},
        {"Name:\tsh\nUid:\t1\t4294967296\t3\t4\n", -1, 0},
        {"Name:\tsh\nUid:\t1\t99999999999999999999\t3\t4\n", -1, 0},
        {"Name:\tsh\nUid:\t1\t-2\t3\t4\n", -1, 0},
        {"Name:\tsh\nUid:\t1\t2", -1, 0},
        {"Name:\tsh\nUid:\t1", -1, 0},
        {"Name:\tsh\n", -1, 0},
        {"", -1, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uid_t uid = 0;

        if (process_effective_uid(cases[i].status, &uid) != cases[i].rc || uid != cases[i].uid)
            fail_msg("%s: %u", cases[i].status, uid);
    }
}

static void
reads_a_process_whatever_it_is_called(void **state)
{
    static const char *const names[] = {"sh", "a) Z 1 (b", ") X 0\n", "Uid:\t7\t7\t7",
                                        "\nUid:\t7\t7"};
    struct err e = ERR_INIT;
    int self = pidfd_of(getpid());

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert_int_equal(prctl(PR_SET_NAME, names[i]), 0);
        memset(&p, 'x', sizeof(p));
        assert_int_equal(process_read(getpid(), self, geteuid(), &p, &e), 0);
        assert_true(strlen(p.loginuid) < sizeof(p.loginuid));
        assert_true(p.cgroup[0] == '\0' || strchr(p.cgroup, ':') != NULL);
        assert_int_equal(process_read(getpid(), -1, geteuid(), &p, &e), 0);
    }
    (void)close(self);
}

static void
refuses_one_that_has_ended(void **state)
{
    pid_t pid = sleeper();
    int pidfd = pidfd_of(pid);
    siginfo_t info;
    struct err e = ERR_INIT;

    (void)state;
    assert_int_equal(process_read(pid, pidfd, geteuid(), &p, &e), 0);
    assert_int_equal(process_read(pid, -1, geteuid(), &p, &e), 0);
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
    /* A zombie: still in /proc. */
    assert_int_equal(process_read(pid, pidfd, geteuid(), &p, &e), -1);
    assert_int_equal(e.code, ERR_DENIED);
    err_clear(&e);
    assert_int_equal(process_read(pid, -1, geteuid(), &p, &e), -1);
    assert_int_equal(e.code, ERR_DENIED);
    reap(pid);
    err_clear(&e);
    assert_int_equal(process_read(pid, -1, geteuid(), &p, &e), -1);
    assert_int_equal(e.code, ERR_DENIED);
    assert_non_null(strstr(e.msg, "ended"));
    (void)close(pidfd);
}

/* As when the number of a client that has ended was given to another process. */
static void
refuses_another_process_under_the_same_number(void **state)
{
    pid_t gone = sleeper();
    int pidfd = pidfd_of(gone);
    struct err e = ERR_INIT;

    (void)state;
    reap(gone);
    assert_int_equal(process_read(getpid(), pidfd, geteuid(), &p, &e), -1);
    assert_int_equal(e.code, ERR_DENIED);
    assert_non_null(strstr(e.msg, "ended"));
    err_clear(&e);
    assert_int_equal(process_read(getpid(), -1, geteuid() + 1, &p, &e), -1);
    assert_int_equal(e.code, ERR_DENIED);
    assert_non_null(strstr(e.msg, "another user"));
    (void)close(pidfd);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_a_living_process),
        cmocka_unit_test(finds_the_effective_uid),
        cmocka_unit_test(reads_a_process_whatever_it_is_called),
        cmocka_unit_test(refuses_one_that_has_ended),
        cmocka_unit_test(refuses_another_process_under_the_same_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
