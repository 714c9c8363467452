#include "base/proc.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
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

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_from_a_known_state),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
