#include "cli/root.h"

#include <errno.h>
#include <getopt.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fdio.h"
#include "cli/verb.h"
#include "conf/conf.h"
#include "state/mark.h"
#include "state/store.h"

#define HELPER_PATH IAMLP_LIBEXECDIR "/iamlp-helper"

enum {
    /* Longer than any story: the helper has the deadlines, this only ends a hang. */
    STORY_MS = 20 * 60 * 1000,
    ARGS_MAX = 16,
};

/* What goes on to the helper, as an argument vector. */
struct command {
    char *args[ARGS_MAX];
    int count;
};

static int
usage(const char *verb, unsigned takes)
{
    (void)fprintf(stderr, "usage: iamlp %s%s%s%s [options]; try: iamlp --help\n", verb,
                  (takes & ROOT_USER) != 0 ? " USER" : "",
                  (takes & ROOT_JSON) != 0 ? " [--json]" : "",
                  (takes & ROOT_FORCE) != 0 ? " [--force]" : "");
    return VERB_USAGE;
}

static bool
set(struct root_line *l, unsigned takes, int option)
{
    const char **const texts[] = {&l->conf,         &l->state,    &l->run,     &l->helper,
                                  &l->timeout,      &l->deliver,  &l->profile, &l->region,
                                  &l->endpoint_url, &l->ca_bundle};
    static const char letters[] = "csrhtDPREC";
    const char *at = option != '\0' ? strchr(letters, option) : NULL;

    if (at != NULL && (option >= 'a' || (takes & ROOT_OPERATOR) != 0))
        *texts[at - letters] = optarg;
    else if (option == 'j' && (takes & ROOT_JSON) != 0)
        l->json = true;
    else if (option == 'f' && (takes & ROOT_FORCE) != 0)
        l->force = true;
    else
        return false;
    return true;
}

int
root_parse(struct root_line *l, unsigned takes, int argc, char **argv)
{
    static const struct option names[] = {
        {"conf", required_argument, NULL, 'c'},
        {"state", required_argument, NULL, 's'},
        {"run", required_argument, NULL, 'r'},
        {"helper", required_argument, NULL, 'h'},
        {"timeout", required_argument, NULL, 't'},
        {"json", no_argument, NULL, 'j'},
        {"force", no_argument, NULL, 'f'},
        {"deliver", required_argument, NULL, 'D'},
        {"profile", required_argument, NULL, 'P'},
        {"region", required_argument, NULL, 'R'},
        {"endpoint-url", required_argument, NULL, 'E'},
        {"ca-bundle", required_argument, NULL, 'C'},
        {NULL, 0, NULL, 0},
    };
    int option, wanted = (takes & ROOT_USER) != 0 ? 1 : 0;

    *l = (struct root_line){
        .conf = CONF_PATH, .state = STORE_DIR, .run = MARK_RUN, .helper = HELPER_PATH};
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", names, NULL)) != -1)
        if (!set(l, takes, option))
            return usage(argv[0], takes);
    if (argc - optind != wanted)
        return usage(argv[0], takes);
    l->user = wanted != 0 ? argv[optind] : NULL;
    if (geteuid() == 0)
        return 0;
    (void)fprintf(stderr, "iamlp %s: needs root; try: sudo iamlp %s ...\n", argv[0], argv[0]);
    return VERB_OTHER;
}

/* execve takes words that it could write to, and does not. */
static void
add(struct command *c, const char *word)
{
    c->args[c->count++] = (char *)(uintptr_t)word;
}

static void
compose(struct command *c, const char *verb, const struct root_line *l)
{
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
    if (l->user != NULL)
        add(c, l->user);
    c->args[c->count] = NULL;
}

static _Noreturn void
become_helper(const char *helper, const struct command *c, int sock)
{
    char *const envp[] = {NULL};

    /* Ctrl-C on this terminal ends us, not a create that is on its way. */
    (void)setsid();
    if (dup2(sock, STDIN_FILENO) < 0)
        _exit(126);
    (void)execve(helper, c->args, envp);
    _exit(127);
}

int
root_start(struct root *r, const char *verb, const struct root_line *l)
{
    struct command c = {{NULL}, 0};
    int sv[2] = {-1, -1};

    compose(&c, verb, l);
    if (access(l->helper, X_OK) != 0) {
        (void)fprintf(stderr, "iamlp %s: %s: %s; --helper PATH names another\n", verb, l->helper,
                      strerror(errno));
        return VERB_OTHER;
    }
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) != 0 || (r->pid = fork()) < 0) {
        (void)fprintf(stderr, "iamlp %s: %s\n", verb, strerror(errno));
        fdio_close(sv[0]);
        fdio_close(sv[1]);
        return VERB_OTHER;
    }
    if (r->pid == 0)
        become_helper(l->helper, &c, sv[1]);
    fdio_close(sv[1]);
    r->fd = sv[0];
    return 0;
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
