#include "base/program.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/fdio.h"
#include "base/proc.h"
#include "base/shlex.h"

enum {
    WORDS_MAX = PROGRAM_COMMAND_MAX / 2 + 1,
    CHUNK = 4096,
    REAP_MS = 2,     /* between two looks whether it has ended */
    REAP_LOOKS = 50, /* after SIGKILL, which a process on a dead disk does not hear */
    NOT_RUN = 127
};

/* ---- the command line ------------------------------------------------------------------- */

struct words {
    char text[PROGRAM_COMMAND_MAX + 1]; /* the words, a NUL behind each */
    char *argv[WORDS_MAX + 1];
    size_t count;
};

static int
split(const char *command, bool for_root, struct words *w, struct err *e)
{
    const char *p = command, *end = command + strlen(command);
    char *to = w->text;
    int rc;

    if (end - command > PROGRAM_COMMAND_MAX)
        return err_set(e, ERR_CONFIG, "a command of more than %d bytes; shorten it",
                       PROGRAM_COMMAND_MAX);
    w->count = 0;
    while ((rc = shlex_word(&p, end, to, (size_t)(w->text + sizeof(w->text) - to))) > 0) {
        w->argv[w->count++] = to;
        to += strlen(to) + 1;
    }
    if (rc < 0)
        return err_set(e, ERR_CONFIG,
                       "a command with a quote that is not closed, or a backslash at its end");
    w->argv[w->count] = NULL;
    if (w->count == 0 || (for_root && w->argv[0][0] != '/'))
        return err_set(e, ERR_CONFIG,
                       "a command whose program is no absolute path; write one that begins with /");
    return 0;
}

/* ---- the process ------------------------------------------------------------------------ */

struct run {
    const struct words *words;
    char *const *env; /* NULL: for root */
    int program;      /* for root: the descriptor that was judged; else -1 */
    int out;          /* the end of a pipe, from which its output is read */
    pid_t pid;        /* 0: has ended by itself, and what it has started is left alone */
    int status;       /* with which it has ended */
    const struct clock *clock;
    int64_t deadline;
};

/* As execvpe, which need not be async-signal-safe, and which gives a file that is no program to
 * the shell. Returns where nothing could be executed. */
static void
exec_by_path(char *const argv[], char *const env[])
{
    size_t len = strlen(argv[0]) + 1, n;
    const char *folders = "/bin:/usr/bin";
    char path[PATH_MAX];

    if (strchr(argv[0], '/') != NULL) {
        (void)execve(argv[0], argv, env);
        return;
    }
    for (size_t i = 0; env[i] != NULL; i++)
        if (strncmp(env[i], "PATH=", 5) == 0)
            folders = env[i] + 5;
    for (;; folders += n + 1) {
        n = strcspn(folders, ":");
        if (n + 1 + len <= sizeof(path)) {
            memcpy(path, folders, n);
            path[n] = '/';
            /* An empty one is the folder we are in. */
            memcpy(path + (n > 0 ? n + 1 : 0), argv[0], len);
            (void)execve(path, argv, env);
        }
        if (folders[n] == '\0')
            return;
    }
}

/* In the child, for a person: what they would start themselves, found by their PATH, and
 * able to ask at their terminal. */
static _Noreturn void
become_theirs(const struct run *r, int out)
{
    int null = open("/dev/null", O_RDWR | O_NOCTTY);

    if (null < 0 || dup2(out, STDOUT_FILENO) < 0 || dup2(null, STDIN_FILENO) < 0)
        _exit(NOT_RUN);
    proc_close_from(STDERR_FILENO + 1);
    exec_by_path(r->words->argv, r->env);
    _exit(NOT_RUN);
}

/* In the child, for root. */
static _Noreturn void
become(const struct run *r, pid_t parent, int out)
{
    const int program = STDERR_FILENO + 1;
    char *const envp[] = {NULL};
    int null = open("/dev/null", O_RDWR | O_NOCTTY);

    /* In a session of its own it does not get a signal that is sent to our group: it dies with
     * us by this. */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || getppid() != parent)
        _exit(NOT_RUN);
    (void)setsid();
    /* In this order none of them is overwritten before it has been used. */
    if (null < 0 || dup2(out, STDOUT_FILENO) < 0 || dup2(null, STDIN_FILENO) < 0 ||
        dup2(null, STDERR_FILENO) < 0)
        _exit(NOT_RUN);
    if (r->program != program && dup3(r->program, program, O_CLOEXEC) < 0)
        _exit(NOT_RUN);
    proc_close_from(program + 1);
    proc_no_core();
    if (chdir("/") != 0)
        _exit(NOT_RUN);
    (void)syscall(SYS_execveat, program, "", r->words->argv, envp, AT_EMPTY_PATH);
    /* A script: its interpreter would have to open a descriptor that is closed by then. Its
     * name leads nowhere else: every folder on the way has been found to be root's. */
    if (errno == ENOENT)
        (void)execve(r->words->argv[0], r->words->argv, envp);
    _exit(NOT_RUN);
}

static int
begin(struct run *r, struct err *e)
{
    pid_t parent = getpid();
    int ends[2] = {-1, -1};

    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_sys(e, "pipe");
    r->pid = fork();
    if (r->pid == 0) {
        const struct sigaction standard = {.sa_handler = SIG_DFL};

        (void)sigaction(SIGPIPE, &standard, NULL);
        if (r->env != NULL)
            become_theirs(r, ends[1]);
        become(r, parent, ends[1]);
    }
    if (r->pid < 0)
        err_sys(e, "fork");
    fdio_close(ends[1]);
    r->out = ends[0];
    (void)fcntl(r->out, F_SETFL, O_NONBLOCK);
    return r->pid < 0 ? -1 : 0;
}

static int
late(struct err *e)
{
    return err_set(e, ERR_TIMEOUT, "did not end in time; run it by hand to see why");
}

/* Take what lies ready. 1: there may be more; 0: that was its end, or nothing lay ready. */
static int
take_output(struct run *r, struct secret *output, struct err *e)
{
    size_t before = secret_len(output);
    char *to = secret_extend(output, CHUNK, e);
    ssize_t n;

    if (to == NULL)
        return -1;
    n = read(r->out, to, CHUNK);
    secret_truncate(output, before + (n > 0 ? (size_t)n : 0));
    if (n < 0)
        return errno == EINTR ? 1 : errno == EAGAIN ? 0 : err_sys(e, "its output");
    if (secret_len(output) > PROGRAM_OUTPUT_MAX)
        return err_set(e, ERR_LIMIT, "printed more than %d bytes", PROGRAM_OUTPUT_MAX);
    return n > 0 ? 1 : 0;
}

static int
look_for_end(struct run *r, struct err *e)
{
    pid_t pid = waitpid(r->pid, &r->status, WNOHANG);

    if (pid < 0 && errno != EINTR)
        return err_sys(e, "wait");
    if (pid == r->pid)
        r->pid = 0;
    return 0;
}

/* Take what it prints until it has ended, not until its output has: what it has started may keep
 * that open for longer. */
static int
collect(struct run *r, struct secret *output, struct err *e)
{
    int more = 1;

    while (r->pid != 0) {
        struct pollfd p = {more == 1 ? r->out : -1, POLLIN, 0};

        if (clock_left_ms(r->clock, r->deadline) == 0)
            return late(e);
        if (poll(&p, 1, REAP_MS) > 0)
            more = take_output(r, output, e);
        else if (look_for_end(r, e) != 0)
            return -1;
        if (more < 0)
            return -1;
    }
    while (more == 1)
        more = take_output(r, output, e);
    return more;
}

static int
judge_end(int status, struct err *e)
{
    if (WIFSIGNALED(status))
        return err_set(e, ERR_DENIED, "was ended by signal %d; run it by hand to see why",
                       WTERMSIG(status));
    if (WEXITSTATUS(status) == NOT_RUN)
        return err_set(e, ERR_DENIED,
                       "ended with status 127: it, or what it starts, cannot be run");
    if (WEXITSTATUS(status) != 0)
        return err_set(e, ERR_DENIED, "ended with status %d; run it by hand to see why",
                       WEXITSTATUS(status));
    return 0;
}

/* Kill it and what it has started, where it has not ended by itself. */
static void
end(struct run *r)
{
    const struct timespec pause = {0, REAP_MS * 1000000L};

    fdio_close(r->out);
    if (r->pid <= 0)
        return;
    (void)kill(-r->pid, SIGKILL);
    /* Before setsid, and for a person, it has no group of its own. */
    (void)kill(r->pid, SIGKILL);
    for (int i = 0; i < REAP_LOOKS && waitpid(r->pid, NULL, WNOHANG) == 0; i++)
        (void)nanosleep(&pause, NULL);
}

/* ---- from command to output ----------------------------------------------------------------- */

static int
open_program(const char *path, struct err *e)
{
    int fd = fdio_open_trusted(path, FDIO_READABLE, e);
    struct stat st;

    if (fd >= 0 && fstat(fd, &st) == 0 && (st.st_mode & S_IXUSR) != 0)
        return fd;
    if (fd >= 0)
        err_set(e, ERR_TRUST, "%s is not executable; mend with: chmod u+x %s", path, path);
    fdio_close(fd);
    return -1;
}

struct secret *
program_run(const char *command, char *const *env, const struct clock *clock, int64_t deadline,
            struct err *e)
{
    struct words words;
    struct run r = {.words = &words,
                    .env = env,
                    .program = -1,
                    .out = -1,
                    .clock = clock,
                    .deadline = deadline};
    struct secret *output = NULL;
    int rc = -1;

    if (split(command, env == NULL, &words, e) != 0)
        goto out;
    if (env == NULL) {
        r.program = open_program(words.argv[0], e);
        if (r.program < 0)
            goto out;
    }
    output = secret_new(PROGRAM_OUTPUT_MAX + CHUNK, e);
    if (output == NULL || begin(&r, e) != 0 || collect(&r, output, e) != 0 ||
        judge_end(r.status, e) != 0) {
        (void)err_wrap(e, "%s", words.argv[0]);
        goto out;
    }
    rc = 0;
out:
    end(&r);
    fdio_close(r.program);
    explicit_bzero(&words, sizeof(words));
    if (rc == 0)
        return output;
    secret_free(output);
    return NULL;
}
