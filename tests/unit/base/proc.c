#include "base/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define HIGH_FD 700

/* The state a careless or hostile caller leaves. */
static void
make_a_mess(void)
{
    sigset_t all;

    (void)sigfillset(&all);
    (void)sigprocmask(SIG_SETMASK, &all, NULL);
    (void)signal(SIGCHLD, SIG_IGN);
    (void)signal(SIGTERM, SIG_IGN);
    (void)signal(SIGPIPE, SIG_DFL);
    (void)setenv("SSLKEYLOGFILE", "/tmp/x", 1);
    (void)umask(0);
    (void)!chdir("/tmp");
    (void)dup2(1, HIGH_FD);
    (void)dup2(1, 3);
    for (int fd = 0; fd <= 2; fd++)
        (void)close(fd);
}

static sighandler_t
handler_of(int sig)
{
    struct sigaction act = {.sa_handler = SIG_ERR};

    (void)sigaction(sig, NULL, &act);
    return act.sa_handler;
}

/* What is wrong with the state now; 0: nothing. Checked in a child, which has
 * nothing but its exit status to tell it with. */
static int
what_is_wrong(void)
{
    struct rlimit core = {1, 1};
    struct stat std, null;
    sigset_t mask;
    char cwd[16];

    if (environ != NULL && environ[0] != NULL)
        return 1;
    if (umask(0) != 077)
        return 2;
    if (fcntl(3, F_GETFD) != -1 || fcntl(HIGH_FD, F_GETFD) != -1)
        return 3;
    if (stat("/dev/null", &null) != 0)
        return 4;
    for (int fd = 0; fd <= 2; fd++)
        if (fstat(fd, &std) != 0 || std.st_rdev != null.st_rdev)
            return 5;
    for (int sig = 1; sig < 32; sig++)
        if (sig != SIGKILL && sig != SIGSTOP &&
            handler_of(sig) != (sig == SIGPIPE ? SIG_IGN : SIG_DFL))
            return 100 + sig;
    if (sigprocmask(SIG_BLOCK, NULL, &mask) != 0 || sigismember(&mask, SIGTERM) != 0)
        return 6;
    if (getrlimit(RLIMIT_CORE, &core) != 0 || core.rlim_cur != 0 || core.rlim_max != 0)
        return 7;
    if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0)
        return 8;
    if (getcwd(cwd, sizeof(cwd)) == NULL || strcmp(cwd, "/") != 0)
        return 9;
    return 0;
}

static void
starts_from_a_known_state(void **state)
{
    pid_t child = fork();
    int status = -1;

    (void)state;
    if (child == 0) {
        make_a_mess();
        proc_begin();
        _exit(what_is_wrong());
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* From here on there is no close_range. */
static void
become_an_old_kernel(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_close_range, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = {sizeof(code) / sizeof(code[0]), code};

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) != 0 ||
        syscall(SYS_close_range, 900U, 900U, 0U) != -1)
        _exit(10);
}

/* More descriptors than one look at their folder tells of. */
static int
close_many(bool old)
{
    if (old)
        become_an_old_kernel();
    proc_close_from(3);
    for (int fd = 3; fd <= HIGH_FD; fd++)
        if (dup2(1, fd) < 0)
            return 11;
    proc_close_from(20);
    for (int fd = 3; fd <= HIGH_FD; fd++)
        if ((fcntl(fd, F_GETFD) >= 0) != (fd < 20))
            return 12;
    return 0;
}

static void
closes_what_is_open(void **state)
{
    (void)state;
    for (int old = 0; old < 2; old++) {
        pid_t child = fork();
        int status = -1;

        if (child == 0)
            _exit(close_many(old == 1));
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_from_a_known_state),
        cmocka_unit_test(closes_what_is_open),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
