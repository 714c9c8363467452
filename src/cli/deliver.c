#include "cli/deliver.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fdio.h"

static _Noreturn void
become(const char *command, char *const *environment, int in)
{
    static char name[] = "sh", option[] = "-c";
    char *const words[] = {name, option, (char *)(uintptr_t)command, NULL};

    if (dup2(in, STDIN_FILENO) < 0)
        _exit(126);
    (void)execve("/bin/sh", words, environment);
    _exit(127);
}

/* To a reader that has gone: an error, no signal. */
static int
hand_over(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t n = send(fd, data, len, MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return -1;
        data += n;
        len -= (size_t)n;
    }
    return 0;
}

int
deliver_to(const char *command, char *const *environment, const struct secret *password,
           struct err *e)
{
    int sv[2] = {-1, -1}, status = 0;
    bool given;
    pid_t pid;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) != 0 || (pid = fork()) < 0) {
        err_sys(e, "the command cannot be run");
        fdio_close(sv[0]);
        fdio_close(sv[1]);
        return -1;
    }
    if (pid == 0)
        become(command, environment, sv[1]);
    fdio_close(sv[1]);
    given = hand_over(sv[0], secret_str(password), secret_len(password)) == 0 &&
            hand_over(sv[0], "\n", 1) == 0;
    fdio_close(sv[0]);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    if (given && WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return 0;
    return err_set(e, ERR_SYSTEM, "the command of --deliver %s",
                   given ? "failed" : "did not read the password");
}
