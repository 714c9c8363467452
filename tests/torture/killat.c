/*
 * killat: run a command and let one system call of one of its programs be the last one,
 * or fail.
 *
 *     killat -o REPORT [-p PROGRAM [-c NR] -n N [-e ERRNO]] [-u UID:GID] [-w SECONDS]
 *            COMMAND [ARGUMENT...]
 *
 * Every process that the command starts is followed. A process is called by its program's
 * file name; between fork and exec by its parent's name and "/child". At the entry of the
 * N-th system call that processes called PROGRAM make (1 is the first one after exec) the
 * process is killed; with -e that call is not carried out and returns ERRNO instead. What
 * a process has done when it is killed at the entry of a call is what it has done at the
 * exit of the one before.
 *
 * -c     count only system calls of that number.
 * -u     the command runs as that user, in a login session of that user (loginuid).
 * -w     how long after the command's start the last process may end; then all are killed.
 *
 * REPORT is lines:  `call PROGRAM N NR ARG0` (without -n, each system call),
 * `hit PROGRAM N NR`, `end PROGRAM PID exit|signal NUMBER` and `late PROGRAM` for those that
 * were killed by -w. Exit status: the command's, 128 and the signal when it died of one.
 * Nothing outlives the tracer.
 */
#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attack.h"
#include "tracee.h"

enum {
    TRACE = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
            PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL,
    SYSCALL_STOP = SIGTRAP | 0x80
};

static struct {
    const char *report;
    uid_t uid;
    gid_t gid;
    int seconds;
} want = {.seconds = 30};
static struct attack attack = {.only = -1};

static _Noreturn void
fail(const char *what)
{
    fprintf(stderr, "killat: %s: %s\n", what, strerror(errno));
    exit(125);
}

/* ---- the tracer ------------------------------------------------------------------------------ */

/* Handle a stop. Returns the signal that the process is to get. */
static int
stopped(struct tracee *p, int status)
{
    unsigned long child = 0;
    int signal = WSTOPSIG(status), event = status >> 16;

    switch (event) {
    case PTRACE_EVENT_FORK:
    case PTRACE_EVENT_VFORK:
    case PTRACE_EVENT_CLONE:
        if (ptrace(PTRACE_GETEVENTMSG, p->pid, 0, &child) == 0)
            tracee_add_child((pid_t)child, p);
        return 0;
    case PTRACE_EVENT_EXEC:
        tracee_executed(p);
        return 0;
    case PTRACE_EVENT_STOP:
        p->waits = p->name[0] == '\0';
        return 0;
    default:
        break;
    }
    if (signal == SYSCALL_STOP) {
        attack_system_call(&attack, p);
        return 0;
    }
    return signal;
}

static void
ended(struct tracee *p, int status)
{
    if (p->group == p->pid)
        fprintf(attack.report, "end %s %d %s %d\n", p->name, (int)p->pid,
                WIFEXITED(status) ? "exit" : "signal",
                WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
    p->pid = 0;
}

static void
on_alarm(int signal)
{
    (void)signal;
}

static int
follow(pid_t command)
{
    int status, result = 125;
    pid_t pid;

    for (;;) {
        pid = waitpid(-1, &status, __WALL);
        if (pid < 0 && errno == EINTR) {
            tracee_kill_all(attack.report);
            (void)alarm(2);
            continue;
        }
        if (pid < 0)
            return result;
        if (pid == command && !WIFSTOPPED(status))
            result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        if (WIFSTOPPED(status)) {
            struct tracee *p = tracee_add(pid);
            int signal = stopped(p, status);

            if (!p->waits)
                tracee_go_on(pid, signal);
        } else if (tracee_find(pid) != NULL) {
            ended(tracee_find(pid), status);
        }
    }
}

static void
become(void)
{
    FILE *f;

    if (want.uid == 0)
        return;
    f = fopen("/proc/self/loginuid", "we");
    if (f == NULL || fprintf(f, "%u", (unsigned)want.uid) < 0 || fclose(f) != 0)
        fail("loginuid");
    if (setgroups(0, NULL) != 0 || setresgid(want.gid, want.gid, want.gid) != 0 ||
        setresuid(want.uid, want.uid, want.uid) != 0)
        fail("-u");
}

static pid_t
start(char **argv)
{
    int go[2];
    char c = 0;
    pid_t pid;

    if (pipe(go) != 0 || (pid = fork()) < 0)
        fail("fork");
    if (pid == 0) {
        close(go[1]);
        if (read(go[0], &c, 1) != 1)
            _exit(125);
        close(go[0]);
        become();
        execv(argv[0], argv);
        fail(argv[0]);
    }
    (void)snprintf(tracee_add(pid)->name, TRACEE_NAME, "killat");
    if (ptrace(PTRACE_SEIZE, pid, 0, (long)TRACE) != 0)
        fail("SEIZE");
    if (write(go[1], &c, 1) != 1)
        fail("pipe");
    close(go[0]);
    close(go[1]);
    return pid;
}

int
main(int argc, char **argv)
{
    int c, result;

    while ((c = getopt(argc, argv, "+o:p:c:n:e:u:w:")) != -1) {
        if (c == 'o')
            want.report = optarg;
        else if (c == 'p')
            attack.program = optarg;
        else if (c == 'c')
            attack.only = strtol(optarg, NULL, 10);
        else if (c == 'n')
            attack.n = strtoul(optarg, NULL, 10);
        else if (c == 'e')
            attack.error = (int)strtol(optarg, NULL, 10);
        else if (c == 'u' && sscanf(optarg, "%u:%u", &want.uid, &want.gid) != 2)
            return 125;
        else if (c == 'w')
            want.seconds = (int)strtol(optarg, NULL, 10);
        else if (c == '?')
            return 125;
    }
    attack.report = want.report == NULL || optind == argc ? NULL : fopen(want.report, "we");
    if (attack.report == NULL)
        fail("usage: killat -o REPORT [-p PROGRAM -n N [-e ERRNO]] [-u UID:GID] COMMAND");
    (void)sigaction(SIGALRM, &(struct sigaction){.sa_handler = on_alarm}, NULL);
    (void)alarm((unsigned)want.seconds);
    result = follow(start(argv + optind));
    fclose(attack.report);
    return result;
}
