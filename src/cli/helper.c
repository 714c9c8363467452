#include "cli/helper.h"

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
add(struct helper_command *c, const char *word)
{
    c->args[c->count++] = (char *)(uintptr_t)word;
}

int
helper_prepare(struct helper_command *c, const char *verb, const struct line *l)
{
    *c = (struct helper_command){.path = l->helper};
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
    if (access(c->path, X_OK) == 0)
        return 0;
    (void)fprintf(stderr, "iamlp %s: %s: %s; --helper PATH names another\n", l->verb, c->path,
                  strerror(errno));
    return VERB_OTHER;
}

static _Noreturn void
become_helper(const struct helper_command *c, int sock)
{
    char *const envp[] = {NULL};

    /* Ctrl-C on this terminal ends us, not a create that is on its way. */
    (void)setsid();
    if (dup2(sock, STDIN_FILENO) < 0)
        _exit(126);
    (void)execve(c->path, c->args, envp);
    _exit(127);
}

int
helper_launch(struct helper *h, const struct helper_command *c)
{
    int sv[2] = {-1, -1};

    h->fd = -1;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) != 0 || (h->pid = fork()) < 0) {
        fdio_close(sv[0]);
        fdio_close(sv[1]);
        return -1;
    }
    if (h->pid == 0)
        become_helper(c, sv[1]);
    fdio_close(sv[1]);
    h->fd = sv[0];
    return 0;
}

int
helper_start(struct helper *h, const struct line *l)
{
    struct helper_command c;
    int rc = helper_prepare(&c, l->verb, l);

    if (rc == 0 && helper_launch(h, &c) != 0) {
        (void)fprintf(stderr, "iamlp %s: %s\n", l->verb, strerror(errno));
        rc = VERB_OTHER;
    }
    return rc;
}

int
helper_receive(struct helper *h, struct frame *f)
{
    struct err e = ERR_INIT;

    if (frame_recv(f, h->fd, WIRE_PERSON_MAX, &clock_system, clock_system.mono_ms() + STORY_MS,
                   &e) == 0)
        return 0;
    (void)fprintf(stderr,
                  "iamlp: iamlp-helper ended without a word (%s); what it had begun is in "
                  "the record, and the next try goes on from there\n",
                  e.msg);
    return -1;
}

void
helper_send(struct helper *h, struct frame *f)
{
    struct err e = ERR_INIT;

    /* A helper that did not get its answer must not go on waiting for it. */
    if (frame_send(f, h->fd, &clock_system, clock_system.mono_ms() + STORY_MS, &e) != 0)
        (void)shutdown(h->fd, SHUT_WR);
    frame_free(f);
}

void
helper_stop(struct helper *h, bool wait)
{
    if (h->fd < 0)
        return;
    fdio_close(h->fd);
    h->fd = -1;
    while (wait && waitpid(h->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
}
