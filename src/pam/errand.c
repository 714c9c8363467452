#include "pam/errand.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/fdio.h"
#include "pam/spawn.h"
#include "wire/frame.h"

enum {
    MORE_MS = 250,   /* the deadline is this much after the helper's own */
    RHOST_MAX = 255, /* bytes; a name that the client's side has chosen */
    END_MS = 100     /* to read what an ended helper has left in the socket */
};

/* ERRAND-1. It is executed by its path, later: nobody but root can exchange it in between. */
static int
trust(const char *helper, struct err *e)
{
    int fd = fdio_open_trusted(helper, FDIO_READABLE, e);

    if (fd < 0)
        return err_wrap(e, "cannot start %.100s", helper);
    fdio_close(fd);
    return 0;
}

static int
send_hook(const struct errand *it, int fd, int64_t deadline, struct err *e)
{
    struct frame f;
    int rc;

    frame_init(&f, WIRE_HOOK, WIRE_PERSON_MAX);
    frame_put_text(&f, WIRE_F_USER, it->user);
    frame_put_text(&f, WIRE_F_SERVICE, it->service);
    if (it->rhost != NULL && *it->rhost != '\0')
        frame_put(&f, WIRE_F_RHOST, it->rhost, strnlen(it->rhost, RHOST_MAX));
    frame_put_text(&f, WIRE_F_PASSWORD, it->password);
    rc = frame_send(&f, fd, &clock_system, deadline, e);
    frame_free(&f);
    return rc;
}

/* The one sentence that the helper has for the person, if it has one. */
static void
read_end(int fd, struct errand_end *end)
{
    int64_t deadline = clock_system.mono_ms() + END_MS;
    struct frame f;

    if (frame_recv(&f, fd, WIRE_PERSON_MAX, &clock_system, deadline, NULL) == 0 &&
        f.type == WIRE_END) {
        end->outcome = frame_get_outcome(&f);
        (void)frame_get_clean(&f, WIRE_F_TEXT, end->text, sizeof(end->text));
    }
    frame_free(&f);
}

int
errand_run(const struct errand *it, struct errand_end *end, struct err *e)
{
    const struct args *a = it->args;
    char seconds[16];
    const char *const argv[] = {a->helper, it->verb, "--conf",    a->conf, "--state", a->state,
                                "--run",   a->run,   "--timeout", seconds, NULL};
    int64_t deadline = it->begun + (int64_t)a->timeout_s * 1000 + MORE_MS;
    int fds[2] = {-1, -1}, rc = -1;

    *end = (struct errand_end){.outcome = OUTCOME_ERROR};
    (void)snprintf(seconds, sizeof(seconds), "%d", a->timeout_s);
    if (trust(a->helper, e) != 0)
        goto out;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0) {
        err_sys(e, "cannot start %s: socketpair", a->helper);
        goto out;
    }
    if (send_hook(it, fds[0], deadline, e) != 0 ||
        spawn_run(argv, fds[1], &clock_system, deadline, &end->status, e) != 0)
        goto out;
    if (end->status > 1) {
        err_set(e, ERR_SYSTEM, "%s ended with status %d; run it by hand to see why", a->helper,
                end->status);
        goto out;
    }
    if (it->password != NULL)
        read_end(fds[0], end);
    rc = 0;
out:
    fdio_close(fds[1]);
    fdio_close(fds[0]);
    return rc;
}
