#include "cli/root.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fdio.h"
#include "cli/verb.h"

enum {
    /* Longer than any story: the helper has the deadlines, this only ends a hang. */
    STORY_MS = 20 * 60 * 1000
};

/* execve takes words that it could write to, and does not. */
static void
add(struct root_command *c, const char *word)
{
    c->args[c->count++] = (char *)(uintptr_t)word;
}

int
root_prepare(struct root_command *c, const char *verb, const struct line *l)
{
    *c = (struct root_command){.helper = l->helper};
    add(c, "iamlp-helper");
    add(c, "--conf");
    add(c, l->conf);
    add(c, "--state");
    add(c, l->state);
    add(c, "--run");
    add(c, l->run);
    if (l->timeout != NULL) {
        add(c, "--timeout");
        add(c, l->timeout);
    }
    if (l->force)
        add(c, "--force");
    add(c, "--");
    add(c, verb);
    if (l->operand != NULL)
        add(c, l->operand);
    if (access(c->helper, X_OK) == 0)
        return 0;
    (void)fprintf(stderr, "iamlp %s: %s: %s; --helper PATH names another\n", l->verb, c->helper,
                  strerror(errno));
    return VERB_OTHER;
}

static _Noreturn void
become_helper(const struct root_command *c, int sock)
{
    char *const envp[] = {NULL};

    /* Ctrl-C on this terminal ends us, not a create that is on its way. */
    (void)setsid();
    if (dup2(sock, STDIN_FILENO) < 0)
        _exit(126);
    (void)execve(c->helper, c->args, envp);
    _exit(127);
}

int
root_launch(struct root *r, const struct root_command *c)
{
    int sv[2] = {-1, -1};

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) != 0 || (r->pid = fork()) < 0) {
        fdio_close(sv[0]);
        fdio_close(sv[1]);
        return -1;
    }
    if (r->pid == 0)
        become_helper(c, sv[1]);
    fdio_close(sv[1]);
    r->fd = sv[0];
    return 0;
}

int
root_start(struct root *r, const struct line *l)
{
    struct root_command c;
    int rc = root_prepare(&c, l->verb, l);

    if (rc == 0 && root_launch(r, &c) != 0) {
        (void)fprintf(stderr, "iamlp %s: %s\n", l->verb, strerror(errno));
        rc = VERB_OTHER;
    }
    return rc;
}

int
root_receive(struct root *r, struct frame *f)
{
    struct err e = ERR_INIT;

    if (frame_recv(f, r->fd, WIRE_PERSON_MAX, &clock_system, clock_system.mono_ms() + STORY_MS,
                   &e) == 0)
        return 0;
    (void)fprintf(stderr,
                  "iamlp: iamlp-helper ended without a word (%s); what it had begun is in "
                  "the record, and the next try goes on from there\n",
                  e.msg);
    return -1;
}

void
root_send(struct root *r, struct frame *f)
{
    struct err e = ERR_INIT;

    /* A helper that did not get its answer must not go on waiting for it. */
    if (frame_send(f, r->fd, &clock_system, clock_system.mono_ms() + STORY_MS, &e) != 0)
        (void)shutdown(r->fd, SHUT_WR);
    frame_free(f);
}

void
root_stop(struct root *r, bool wait)
{
    fdio_close(r->fd);
    while (wait && waitpid(r->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
}
