#include "cli/deliver.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/fdio.h"
#include "base/proc.h"
#include "base/text.h"

enum {
    ENVIRONMENT_MAX = 8192, /* of ours: each of the texts is short */
    LOOK_MS = 200,
    WITHIN_S = 60,
    WITHIN_MAX_S = 240 /* a story waits for five minutes */
};

bool
deliver_within(struct deliver_order *o, const char *seconds)
{
    int n = WITHIN_S;

    if (seconds != NULL && !text_number(seconds, 1, WITHIN_MAX_S, &n))
        return false;
    o->ms = (int64_t)n * 1000;
    return true;
}

/* What must not be inherited: our own names, where a run has no such fact, and the rights of
 * the operator, which a command has no use for and its children even less. */
static bool
is_held_back(const char *variable)
{
    return strncmp(variable, "IAMLP_", 6) == 0 || strncmp(variable, "AWS_", 4) == 0;
}

/* NAME=VALUE and a NUL. */
static void
add(struct buf *b, const char *name, const char *value)
{
    buf_addf(b, "IAMLP_%s=%s", name, value);
    buf_add(b, "", 1);
}

/* An environment in `texts` and an array, the caller's to free. */
static char **
compose(char *const *inherited, const struct deliver_facts *facts, struct buf *texts, struct err *e)
{
    char **envp;
    size_t count = 0, n = 0;

    add(texts, "USER", facts->user);
    add(texts, "IAM_USER", facts->iam_user);
    add(texts, "ACCOUNT", facts->account);
    add(texts, "SIGNIN_URL", facts->signin_url);
    add(texts, "NOTE", facts->note);
    if (facts->test)
        add(texts, "TEST", "1");
    if (buf_check(texts, "the environment", e) != 0)
        return NULL;
    while (inherited != NULL && inherited[count] != NULL)
        count++;
    envp = calloc(count + 8, sizeof(char *));
    if (envp == NULL) {
        err_set(e, ERR_MEMORY, "out of memory");
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        if (!is_held_back(inherited[i]))
            envp[n++] = inherited[i];
    for (size_t at = 0; at < texts->len; at += strlen(texts->data + at) + 1)
        envp[n++] = texts->data + at;
    return envp;
}

static _Noreturn void
become(const char *command, int in, char **envp)
{
    const struct sigaction standard = {.sa_handler = SIG_DFL};
    char *const argv[] = {(char[]){"sh"}, (char[]){"-c"}, (char *)(uintptr_t)command, NULL};
    sigset_t none;

    (void)setsid();
    (void)sigemptyset(&none);
    (void)sigaction(SIGPIPE, &standard, NULL);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    /* What it starts as the user would else have what root's keyring has. */
    if (!proc_own_keyring() || dup2(in, STDIN_FILENO) < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
        _exit(126);
    /* libcurl 7.88 opens its sockets so that a program inherits them. */
    proc_close_from(STDERR_FILENO + 1);
    (void)execve("/bin/sh", argv, envp);
    _exit(127);
}

/* The whole of it fits an empty pipe, and is there before its reader: nothing blocks. */
static int
fill(int out, const struct secret *password, struct err *e)
{
    size_t len = secret_len(password);

    if (write(out, secret_str(password), len) != (ssize_t)len || write(out, "\n", 1) != 1)
        return err_sys(e, "the pipe to the command");
    return 0;
}

int
deliver_begin(struct deliver *d, const struct deliver_order *o, const struct deliver_facts *facts,
              const struct secret *password, struct err *e)
{
    char **envp = NULL;
    int ends[2] = {-1, -1}, rc = -1;
    struct buf texts;

    /* Commands make files by that name; a directory's may have any. */
    if (facts->user[0] == '.' || strchr(facts->user, '/') != NULL)
        return err_set(e, ERR_ABSENT,
                       "a name with a slash, or a dot in front, is given to no command");
    *d = (struct deliver){.pid = 0, .left = -1, .deadline = clock_system.mono_ms() + o->ms};
    buf_init(&texts, ENVIRONMENT_MAX);
    envp = compose(o->inherited, facts, &texts, e);
    if (envp == NULL)
        goto out;
    if (pipe2(ends, O_CLOEXEC) != 0) {
        err_sys(e, "pipe");
        goto out;
    }
    if (fill(ends[1], password, e) != 0)
        goto out;
    fdio_close(ends[1]);
    ends[1] = -1;
    d->pid = fork();
    if (d->pid == 0)
        become(o->command, ends[0], envp);
    if (d->pid < 0) {
        d->pid = 0;
        err_sys(e, "fork");
        goto out;
    }
    d->left = ends[0];
    ends[0] = -1;
    rc = 0;
out:
    fdio_close(ends[0]);
    fdio_close(ends[1]);
    free(envp);
    buf_free(&texts);
    return rc;
}

static void
forget(struct deliver *d)
{
    fdio_close(d->left);
    d->left = -1;
    d->pid = 0;
}

void
deliver_kill(struct deliver *d)
{
    if (d->pid <= 0)
        return;
    (void)kill(-d->pid, SIGKILL);
    (void)kill(d->pid, SIGKILL);
    while (waitpid(d->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    forget(d);
}

int
deliver_poll(struct deliver *d, int64_t now_ms, struct err *e)
{
    int status = 0, unread = 0;
    pid_t pid = waitpid(d->pid, &status, WNOHANG);

    if (pid == 0 && now_ms < d->deadline)
        return 1;
    if (pid == 0) {
        deliver_kill(d);
        return err_set(e, ERR_TIMEOUT, "the command took too long and was ended");
    }
    (void)ioctl(d->left, FIONREAD, &unread);
    forget(d);
    if (pid < 0)
        return err_sys(e, "the command");
    if (WIFSIGNALED(status))
        return err_set(e, ERR_DENIED, "the command was ended by signal %d", WTERMSIG(status));
    if (WEXITSTATUS(status) == DELIVER_NOBODY)
        return err_set(e, ERR_ABSENT, "the command has no way to this user (it exited with %d)",
                       DELIVER_NOBODY);
    if (WEXITSTATUS(status) != 0)
        return err_set(e, ERR_DENIED, "the command exited with %d", WEXITSTATUS(status));
    if (unread > 0)
        return err_set(e, ERR_DENIED,
                       "the command exited with 0 but has not read the password from its standard "
                       "input");
    return 0;
}

int
deliver_whole(const struct deliver_order *o, const struct deliver_facts *facts,
              const struct secret *password, struct stop *stop, struct err *e)
{
    struct deliver d = {.left = -1};
    int rc = 1;

    if (deliver_begin(&d, o, facts, password, e) != 0)
        return -1;
    while (rc > 0) {
        stop_wait(stop, LOOK_MS);
        if (facts->test ? stop->caught != 0 : stop->again != 0) {
            deliver_kill(&d);
            return err_set(e, ERR_DENIED, "stopped");
        }
        rc = deliver_poll(&d, clock_system.mono_ms(), e);
    }
    return rc;
}

int
deliver_try(const struct deliver_order *o, struct stop *stop, struct err *e)
{
    static const char nobodys[] = "This-is-only-a-test-1";
    static const struct deliver_facts facts = {
        .user = "iamlp-test",
        .iam_user = "iamlp-test",
        .account = "000000000000",
        .signin_url = "https://000000000000.signin.aws.amazon.com/console",
        .note = "",
        .test = true,
    };
    struct secret *password = secret_from(nobodys, sizeof(nobodys) - 1, e);
    int rc = password != NULL ? deliver_whole(o, &facts, password, stop, e) : -1;

    secret_free(password);
    return rc == 0 ? 0 : err_wrap(e, "--deliver, tried with a password that is nobody's");
}
