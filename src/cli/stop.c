#include "cli/stop.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/fdio.h"

int
stop_begin(struct stop *s, struct err *e)
{
    static const int wanted[] = {SIGINT, SIGTERM, SIGHUP, SIGCHLD};
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigset_t set;

    *s = (struct stop){.fd = -1};
    (void)sigemptyset(&set);
    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
        (void)sigaddset(&set, wanted[i]);
    if (sigaction(SIGPIPE, &ignore, NULL) != 0 || sigprocmask(SIG_BLOCK, &set, NULL) != 0)
        return err_sys(e, "signals");
    s->fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return s->fd < 0 ? err_sys(e, "signals") : 0;
}

void
stop_wait(struct stop *s, int ms)
{
    struct pollfd p = {s->fd, POLLIN, 0};

    (void)poll(&p, 1, ms);
    stop_read(s);
}

void
stop_read(struct stop *s)
{
    struct signalfd_siginfo got;

    while (read(s->fd, &got, sizeof(got)) == (ssize_t)sizeof(got)) {
        if (got.ssi_signo == SIGCHLD)
            continue;
        if (s->caught != 0)
            s->again++;
        else
            s->caught = (int)got.ssi_signo;
    }
}

void
stop_end(struct stop *s)
{
    fdio_close(s->fd);
    s->fd = -1;
}
