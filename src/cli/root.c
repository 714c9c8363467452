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
    OPTIONS_MAX = 24,
};

/* ---- the command line ------------------------------------------------------------------- */

static int
usage(const char *verb, unsigned takes)
{
    (void)fprintf(stderr, "usage: iamlp %s%s%s%s%s [options]; try: iamlp --help\n", verb,
                  (takes & ROOT_USER) != 0 ? " USER" : "",
                  (takes & ROOT_MANY) != 0 ? " --all, --group GROUP or --from FILE alone" : "",
                  (takes & ROOT_JSON) != 0 ? " [--json]" : "",
                  (takes & ROOT_FORCE) != 0 ? " [--force]" : "");
    return VERB_USAGE;
}

/* Where an option goes: a text or a flag; `of`: which verbs have it, 0: all of them. */
struct place {
    const char *name;
    int argument;
    unsigned of;
    const char **text;
    bool *flag;
};

static bool
take(int argc, char **argv, unsigned takes, const struct place *places, size_t count)
{
    struct option names[OPTIONS_MAX + 1] = {{NULL, 0, NULL, 0}};
    const struct place *known[OPTIONS_MAX];
    int n = 0, option;

    for (size_t i = 0; i < count; i++)
        if (places[i].of == 0 || (places[i].of & takes) != 0) {
            names[n] = (struct option){places[i].name, places[i].argument, NULL, n + 1};
            known[n++] = &places[i];
        }
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
        if (option < 1 || option > n)
            return false;
        if (known[option - 1]->text != NULL)
            *known[option - 1]->text = optarg;
        else
            *known[option - 1]->flag = true;
    }
    return true;
}

int
root_parse(struct root_line *l, unsigned takes, int argc, char **argv)
{
    const struct place places[] = {
        {"conf", required_argument, 0, &l->conf, NULL},
        {"state", required_argument, 0, &l->state, NULL},
        {"run", required_argument, 0, &l->run, NULL},
        {"helper", required_argument, 0, &l->helper, NULL},
        {"timeout", required_argument, 0, &l->timeout, NULL},
        {"json", no_argument, ROOT_JSON, NULL, &l->json},
        {"force", no_argument, ROOT_FORCE, NULL, &l->force},
        {"deliver", required_argument, ROOT_OPERATOR | ROOT_MANY, &l->deliver, NULL},
        {"deliver-timeout", required_argument, ROOT_OPERATOR | ROOT_MANY, &l->deliver_timeout,
         NULL},
        {"profile", required_argument, ROOT_OPERATOR, &l->profile, NULL},
        {"region", required_argument, ROOT_OPERATOR, &l->region, NULL},
        {"endpoint-url", required_argument, ROOT_OPERATOR, &l->endpoint_url, NULL},
        {"ca-bundle", required_argument, ROOT_OPERATOR, &l->ca_bundle, NULL},
        {"all", no_argument, ROOT_MANY, NULL, &l->all},
        {"group", required_argument, ROOT_MANY, &l->group, NULL},
        {"from", required_argument, ROOT_MANY, &l->from, NULL},
        {"apply", no_argument, ROOT_MANY, NULL, &l->apply},
        {"jobs", required_argument, ROOT_MANY, &l->jobs, NULL},
        {"output", required_argument, ROOT_MANY, &l->output, NULL},
    };
    int wanted = (takes & ROOT_USER) != 0 ? 1 : 0;

    *l = (struct root_line){.verb = argv[0],
                            .conf = CONF_PATH,
                            .state = STORE_DIR,
                            .run = MARK_RUN,
                            .helper = HELPER_PATH};
    if (!take(argc, argv, takes, places, sizeof(places) / sizeof(places[0])) ||
        argc - optind != wanted)
        return usage(argv[0], takes);
    l->user = wanted != 0 ? argv[optind] : NULL;
    if (geteuid() == 0)
        return 0;
    (void)fprintf(stderr, "iamlp %s: needs root; try: sudo iamlp %s ...\n", argv[0], argv[0]);
    return VERB_OTHER;
}

/* ---- the helper -------------------------------------------------------------------------- */

/* execve takes words that it could write to, and does not. */
static void
add(struct root_command *c, const char *word)
{
    c->args[c->count++] = (char *)(uintptr_t)word;
}

int
root_prepare(struct root_command *c, const char *verb, const struct root_line *l)
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
    if (l->user != NULL)
        add(c, l->user);
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
root_start(struct root *r, const struct root_line *l)
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
