/* iamlp claim: a person's own first console password, on their own terminal. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fdio.h"
#include "base/proc.h"
#include "cli/converse.h"
#include "cli/line.h"
#include "cli/verb.h"

enum {
    AGAIN_MS = 5000, /* for so long a dropped connection is tried again */
    PAUSE_MS = 100   /* between two tries */
};

/* 0, or the errno of a connection that did not come about. */
static int
dial(struct converse *c, const char *path)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};

    if (strlen(path) >= sizeof(to.sun_path))
        return ENAMETOOLONG;
    memcpy(to.sun_path, path, strlen(path));
    /* Not to wait in connect(2), where no signal is seen, for a helper that is busy. */
    c->term.peer = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (c->term.peer < 0 || connect(c->term.peer, (struct sockaddr *)&to, sizeof(to)) != 0)
        return errno;
    return 0;
}

static int
give_up(const struct converse *c, const char *path, int why)
{
    if (why == 0 || why == EAGAIN)
        return converse_fail(c, VERB_OTHER, "iamlp-helper is busy; try again in a minute");
    if (why == ENOENT || why == ECONNREFUSED)
        return converse_fail(c, VERB_OTHER,
                             "nobody listens at %s; an administrator can: systemctl start "
                             "iamlp-claim.socket",
                             path);
    return converse_fail(c, VERB_OTHER, "%s: %s", path, strerror(why));
}

/* A helper with too many callers drops the next one or leaves it waiting: that passes.
 * Where nobody listens a login shell does not wait for an administrator. */
static int
call(struct converse *c, const char *path)
{
    const int64_t until = clock_system.mono_ms() + AGAIN_MS;

    for (;;) {
        int why = dial(c, path), rc = why == 0 ? converse_run(c) : CONVERSE_AGAIN;
        bool passes = why == 0 || why == EAGAIN || (why == ECONNREFUSED && !c->automatic);

        fdio_close(c->term.peer);
        c->term.peer = -1;
        if (rc != CONVERSE_AGAIN)
            return rc;
        if (!passes || clock_system.mono_ms() >= until)
            return give_up(c, path, why);
        if (term_wait(&c->term, PAUSE_MS) == TERM_STOPPED)
            return converse_stopped(c);
    }
}

int
claim_run(int argc, char **argv)
{
    struct converse c = {.term = {.peer = -1, .signals = -1},
                         .stopped = "Stopped. To go on: iamlp claim"};
    struct line line;
    struct err e = ERR_INIT;
    int rc = line_parse(&line, argc, argv);

    if (rc != 0)
        return rc;
    c.automatic = line.automatic;
    /* A set-id bit that somebody has put there changes nothing. */
    if (setresgid(getgid(), getgid(), getgid()) != 0 ||
        setresuid(getuid(), getuid(), getuid()) != 0)
        return converse_fail(&c, VERB_OTHER, "%s", strerror(errno));
    proc_no_core();
    if (!term_present())
        return converse_fail(&c, VERB_OTHER, "it shows a password, so it needs a terminal");
    if (term_begin(&c.term, &e) != 0)
        return converse_fail(&c, VERB_OTHER, "%s", e.msg);
    rc = call(&c, line.socket);
    term_leave(&c.term);
    return rc;
}
