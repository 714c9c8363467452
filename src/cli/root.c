#include "cli/root.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fdio.h"
#include "cli/verb.h"

#define HELPER_PATH IAMLP_LIBEXECDIR "/iamlp-helper"

enum {
    /* Longer than any story: the helper has the deadlines, this only ends a hang. */
    STORY_MS = 20 * 60 * 1000,
};

void
root_command_init(struct root_command *c)
{
    static char name[] = "iamlp-helper";

    *c = (struct root_command){.helper = HELPER_PATH, .args = {name}, .count = 1};
}

int
root_option(struct root_command *c, const char *name, char *value)
{
    const int most = (int)(sizeof(c->flags) / sizeof(c->flags[0]));

    if (c->flag_count == most || c->count + 6 > ROOT_ARGS)
        return -1;
    (void)snprintf(c->flags[c->flag_count], sizeof(c->flags[0]), "--%s", name);
    c->args[c->count++] = c->flags[c->flag_count++];
    c->args[c->count++] = value;
    return 0;
}

static int
parse(int argc, char **argv, struct root_command *c)
{
    static const struct option names[] = {
        {"conf", required_argument, NULL, 'p'},   {"state", required_argument, NULL, 'p'},
        {"run", required_argument, NULL, 'p'},    {"timeout", required_argument, NULL, 'p'},
        {"helper", required_argument, NULL, 'h'}, {NULL, 0, NULL, 0},
    };
    int option, index = 0;

    opterr = 0;
    while ((option = getopt_long(argc, argv, "", names, &index)) != -1) {
        if (option == 'h') {
            c->helper = optarg;
            continue;
        }
        if (option != 'p' || root_option(c, names[index].name, optarg) != 0) {
            (void)fprintf(stderr,
                          "iamlp %s: the option %s is unknown, lacks its value or stands "
                          "too often; try: iamlp --help\n",
                          argv[0], argv[optind - 1]);
            return VERB_USAGE;
        }
    }
    if (argc - optind != 1) {
        (void)fprintf(stderr, "usage: iamlp %s USER [options]; try: iamlp --help\n", argv[0]);
        return VERB_USAGE;
    }
    return 0;
}

int
root_prepare(struct root_command *c, const char *ours, char *verb, char *user)
{
    static char end[] = "--";

    c->args[c->count++] = end;
    c->args[c->count++] = verb;
    c->args[c->count++] = user;
    c->args[c->count] = NULL;
    if (geteuid() != 0) {
        (void)fprintf(stderr, "iamlp %s: needs root; try: sudo iamlp %s ...\n", ours, ours);
        return VERB_OTHER;
    }
    if (access(c->helper, X_OK) != 0) {
        (void)fprintf(stderr, "iamlp %s: %s: %s; --helper PATH names another\n", ours, c->helper,
                      strerror(errno));
        return VERB_OTHER;
    }
    return 0;
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
root_start(struct root *r, int argc, char **argv)
{
    struct root_command c;
    int rc;

    root_command_init(&c);
    rc = parse(argc, argv, &c);
    if (rc == 0)
        rc = root_prepare(&c, argv[0], argv[0], argv[optind]);
    if (rc == 0 && root_launch(r, &c) != 0) {
        (void)fprintf(stderr, "iamlp %s: %s\n", argv[0], strerror(errno));
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
