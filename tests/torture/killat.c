/*
 * killat: run a command and let one system call of one of its programs be the last one,
 * or fail.
 *
 *     killat -o REPORT [-p PROGRAM -n N [-e ERRNO]] [-u UID:GID] [-w SECONDS]
 *            COMMAND [ARGUMENT...]
 *
 * Every process that the command starts is followed. A process is called by its program's
 * file name; between fork and exec by its parent's name and "/child". At the entry of the
 * N-th system call that processes called PROGRAM make (1 is the first one after exec) the
 * process is killed; with -e that call is not carried out and returns ERRNO instead. What
 * a process has done when it is killed at the entry of a call is what it has done at the
 * exit of the one before.
 *
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
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    PROCESSES = 256,
    NAME_MAX_ = 64,
    TRACE = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
            PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL,
    SYSCALL_STOP = SIGTRAP | 0x80
};

struct process {
    pid_t pid; /* of the thread; 0: free */
    pid_t group;
    bool waits;   /* for its parent's event, from which it has its name */
    bool failing; /* the system call it is inside of is to return an error */
    char name[NAME_MAX_];
};

static struct process processes[PROCESSES];
static struct {
    const char *program;
    unsigned long n;
    int error;
    const char *report;
    uid_t uid;
    gid_t gid;
    int seconds;
} want = {.seconds = 30};
static unsigned long counted;
static bool hit;
static FILE *report;

static _Noreturn void
fail(const char *what)
{
    fprintf(stderr, "killat: %s: %s\n", what, strerror(errno));
    exit(125);
}

/* ---- the processes ---------------------------------------------------------------------- */

static struct process *
find(pid_t pid)
{
    for (size_t i = 0; i < PROCESSES; i++)
        if (processes[i].pid == pid)
            return &processes[i];
    return NULL;
}

static pid_t
group_of(pid_t pid)
{
    char path[64], line[256];
    int group = (int)pid;
    FILE *f;

    (void)snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    f = fopen(path, "re");
    while (f != NULL && fgets(line, sizeof(line), f) != NULL)
        if (sscanf(line, "Tgid: %d", &group) == 1)
            break;
    if (f != NULL)
        fclose(f);
    return group;
}

static struct process *
add(pid_t pid)
{
    struct process *p = find(pid);

    if (p != NULL)
        return p;
    p = find(0);
    if (p == NULL)
        fail("too many processes");
    memset(p, 0, sizeof(*p));
    p->pid = pid;
    p->group = group_of(pid);
    return p;
}

static void
go_on(pid_t pid, int signal)
{
    (void)ptrace(PTRACE_SYSCALL, pid, 0, (long)signal);
}

/* A child may be seen before its parent's event about it, or after. */
static void
add_child(pid_t pid, const struct process *parent)
{
    struct process *p = add(pid);

    (void)snprintf(p->name, sizeof(p->name), "%.50s%s", parent->name,
                   p->group == parent->group ? "" : "/child");
    if (p->waits)
        go_on(pid, 0);
    p->waits = false;
}

static void
rename_after_exec(struct process *p)
{
    char path[64], exe[PATH_MAX];
    ssize_t n;

    (void)snprintf(path, sizeof(path), "/proc/%d/exe", (int)p->pid);
    n = readlink(path, exe, sizeof(exe) - 1);
    if (n < 0)
        return;
    exe[n] = '\0';
    (void)snprintf(p->name, sizeof(p->name), "%.60s", strrchr(exe, '/') + 1);
}

/* ---- system calls ------------------------------------------------------------------------- */

#if defined(__x86_64__)

#define REGISTER(name) offsetof(struct user, regs.name)

static void
poke(pid_t pid, size_t where, long value)
{
    if (ptrace(PTRACE_POKEUSER, pid, where, value) != 0 && errno != ESRCH)
        fail("POKEUSER");
}

/* Not carried out; but a close that fails has closed, a brk that fails says where the break
 * is, and a child that is not there to be waited for has been waited for by somebody else. */
static void
skip(pid_t pid, unsigned long nr)
{
    if (nr == SYS_brk)
        poke(pid, REGISTER(rdi), 0);
    else if (nr != SYS_close && want.error != ECHILD)
        poke(pid, REGISTER(orig_rax), -1);
}

static void
set_result(pid_t pid, unsigned long nr, int error)
{
    if (nr != SYS_brk)
        poke(pid, REGISTER(rax), -(long)error);
}

#else

static void
skip(pid_t pid, unsigned long nr)
{
    (void)pid, (void)nr;
    errno = ENOSYS;
    fail("-e: only on x86_64");
}

static void
set_result(pid_t pid, unsigned long nr, int error)
{
    (void)error;
    skip(pid, nr);
}

#endif

static void
enter(struct process *p, const struct __ptrace_syscall_info *info)
{
    if (want.program == NULL || strcmp(p->name, want.program) != 0) {
        if (want.program == NULL)
            fprintf(report, "call %s %d %lu %ld\n", p->name, (int)p->group,
                    (unsigned long)info->entry.nr, (long)info->entry.args[0]);
        return;
    }
    if (hit || ++counted != want.n)
        return;
    hit = true;
    fprintf(report, "hit %s %lu %lu\n", p->name, want.n, (unsigned long)info->entry.nr);
    if (want.error == 0) {
        (void)kill(p->group, SIGKILL);
        return;
    }
    p->failing = true;
    skip(p->pid, (unsigned long)info->entry.nr);
}

static void
system_call(struct process *p)
{
    static unsigned long failing;
    struct __ptrace_syscall_info info;

    if (ptrace(PTRACE_GET_SYSCALL_INFO, p->pid, sizeof(info), &info) <= 0)
        return;
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
        enter(p, &info);
        failing = p->failing ? (unsigned long)info.entry.nr : failing;
    } else if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
        if (p->failing)
            set_result(p->pid, failing, want.error);
        p->failing = false;
    }
}

/* ---- the tracer ------------------------------------------------------------------------------ */

/* Handle a stop. Returns the signal that the process is to get. */
static int
stopped(struct process *p, int status)
{
    unsigned long child = 0;
    int signal = WSTOPSIG(status), event = status >> 16;

    switch (event) {
    case PTRACE_EVENT_FORK:
    case PTRACE_EVENT_VFORK:
    case PTRACE_EVENT_CLONE:
        if (ptrace(PTRACE_GETEVENTMSG, p->pid, 0, &child) == 0)
            add_child((pid_t)child, p);
        return 0;
    case PTRACE_EVENT_EXEC:
        rename_after_exec(p);
        return 0;
    case PTRACE_EVENT_STOP:
        p->waits = p->name[0] == '\0';
        return 0;
    default:
        break;
    }
    if (signal == SYSCALL_STOP) {
        system_call(p);
        return 0;
    }
    return signal;
}

static void
ended(struct process *p, int status)
{
    if (p->group == p->pid)
        fprintf(report, "end %s %d %s %d\n", p->name, (int)p->pid,
                WIFEXITED(status) ? "exit" : "signal",
                WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
    p->pid = 0;
}

static void
on_alarm(int signal)
{
    (void)signal;
}

static void
kill_all(void)
{
    for (size_t i = 0; i < PROCESSES; i++)
        if (processes[i].pid != 0) {
            fprintf(report, "late %s\n", processes[i].name);
            (void)kill(processes[i].group, SIGKILL);
        }
    (void)alarm(2);
}

static int
follow(pid_t command)
{
    int status, result = 125;
    pid_t pid;

    for (;;) {
        pid = waitpid(-1, &status, __WALL);
        if (pid < 0 && errno == EINTR) {
            kill_all();
            continue;
        }
        if (pid < 0)
            return result;
        if (pid == command && !WIFSTOPPED(status))
            result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        if (WIFSTOPPED(status)) {
            struct process *p = add(pid);
            int signal = stopped(p, status);

            if (!p->waits)
                go_on(pid, signal);
        } else if (find(pid) != NULL) {
            ended(find(pid), status);
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
    (void)snprintf(add(pid)->name, NAME_MAX_, "killat");
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

    while ((c = getopt(argc, argv, "+o:p:n:e:u:w:")) != -1) {
        if (c == 'o')
            want.report = optarg;
        else if (c == 'p')
            want.program = optarg;
        else if (c == 'n')
            want.n = strtoul(optarg, NULL, 10);
        else if (c == 'e')
            want.error = (int)strtol(optarg, NULL, 10);
        else if (c == 'u' && sscanf(optarg, "%u:%u", &want.uid, &want.gid) != 2)
            return 125;
        else if (c == 'w')
            want.seconds = (int)strtol(optarg, NULL, 10);
        else if (c == '?')
            return 125;
    }
    report = want.report == NULL || optind == argc ? NULL : fopen(want.report, "we");
    if (report == NULL)
        fail("usage: killat -o REPORT [-p PROGRAM -n N [-e ERRNO]] [-u UID:GID] COMMAND");
    (void)sigaction(SIGALRM, &(struct sigaction){.sa_handler = on_alarm}, NULL);
    (void)alarm((unsigned)want.seconds);
    result = follow(start(argv + optind));
    fclose(report);
    return result;
}
