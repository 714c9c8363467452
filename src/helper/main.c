/*
 * iamlp-helper: the story as root, without the network.
 *
 *     iamlp-helper VERB USER [--conf PATH] [--state DIR] [--run DIR] [--timeout SECONDS]
 *
 * Descriptor 0 is a socket to the client (channel 1 of wire/wire.h); whatever happens
 * is said there in an END frame. The exit status is 0 when the story ended well (ok,
 * or nothing to do), else 1.
 */
#include <ctype.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fdio.h"
#include "base/log.h"
#include "base/proc.h"
#include "core/explain.h"
#include "core/story.h"
#include "helper/netproc.h"
#include "state/store.h"

#define MACHINE_ID "/etc/machine-id"

enum {
    TIMEOUT_S = 20,
    TIMEOUT_MAX_S = 120,
    MACHINE_ID_LEN = 32
};

static const struct verb {
    const char *name;
    enum outcome (*run)(const struct story_world *w, const char *user);
} verbs[] = {
    {"explain", explain_user},
    {"provision", story_provision},
};

struct options {
    const struct verb *verb;
    const char *user;
    const char *conf;
    const char *state;
    int timeout_s;
};

static int
parse_options(int argc, char **argv, struct options *o, struct err *e)
{
    static const struct option names[] = {
        {"conf", required_argument, NULL, 'c'},
        {"state", required_argument, NULL, 's'},
        {"run", required_argument, NULL, 'r'},
        {"timeout", required_argument, NULL, 't'},
        {NULL, 0, NULL, 0},
    };
    int c;

    opterr = 0;
    while ((c = getopt_long(argc, argv, "", names, NULL)) != -1) {
        switch (c) {
        case 'c':
            o->conf = optarg;
            break;
        case 's':
            o->state = optarg;
            break;
        case 'r': /* marks and sockets: neither verb touches them */
            break;
        case 't':
            o->timeout_s = (int)strtol(optarg, NULL, 10);
            if (o->timeout_s < 1 || o->timeout_s > TIMEOUT_MAX_S)
                return err_set(e, ERR_CONFIG, "--timeout is 1 to %d seconds", TIMEOUT_MAX_S);
            break;
        default:
            return err_set(e, ERR_CONFIG, "iamlp-helper does not know %s", argv[optind - 1]);
        }
    }
    if (argc - optind != 2)
        return err_set(e, ERR_CONFIG, "iamlp-helper needs a verb and a user");
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
        if (strcmp(argv[optind], verbs[i].name) == 0)
            o->verb = &verbs[i];
    o->user = argv[optind + 1];
    return o->verb != NULL ? 0 : err_set(e, ERR_CONFIG, "unknown verb %s", argv[optind]);
}

/* A record of another machine must not be believed on a clone of its disk. Where a
 * system has no machine-id every record says "none". */
static void
read_machine_id(char id[MACHINE_ID_LEN + 1])
{
    int fd = open(MACHINE_ID, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, id, MACHINE_ID_LEN);

    fdio_close(fd);
    for (ssize_t i = 0; i < n; i++)
        if (!isxdigit((unsigned char)id[i]))
            n = -1;
    if (n != MACHINE_ID_LEN) {
        memcpy(id, "none", sizeof("none"));
        return;
    }
    id[MACHINE_ID_LEN] = '\0';
}

static void
log_config_error(const char *user, const char *msg)
{
    const struct log_event ev = {.event = "config",
                                 .result = OUTCOME_ERROR,
                                 .user = user,
                                 .code = "config",
                                 .ms = -1,
                                 .msg = msg};

    log_write(&ev);
}

int
main(int argc, char **argv)
{
    struct options o = {NULL, NULL, CONF_PATH, STORE_DIR, TIMEOUT_S};
    struct client client = {STDIN_FILENO, &clock_system};
    struct netproc np = {0};
    const struct ask_starter starter = {netproc_start, netproc_stop, &np};
    char machine[MACHINE_ID_LEN + 1];
    struct story_world w = {
        .clock = &clock_system,
        .random = pwgen_system_random,
        .hold = &hold_keyring,
        .net = &starter,
        .client = &client,
        .state = -1,
        .machine = machine,
    };
    struct conf *conf = NULL;
    struct err e = ERR_INIT;
    enum outcome outcome = OUTCOME_ERROR;

    proc_begin();
    log_open();
    read_machine_id(machine);
    if (parse_options(argc, argv, &o, &e) != 0)
        goto fail;
    if (geteuid() != 0) {
        err_set(&e, ERR_DENIED, "iamlp-helper has to run as root");
        goto fail;
    }
    conf = conf_load(o.conf, &e);
    if (conf == NULL)
        goto fail;
    w.state = store_open(o.state, &e);
    if (w.state < 0)
        goto fail;
    w.conf = conf;
    w.timeout_ms = o.timeout_s * 1000;
    outcome = o.verb->run(&w, o.user);
    goto out;
fail:
    log_config_error(o.user, e.msg);
    client_end(&client, OUTCOME_ERROR, e.msg);
out:
    fdio_close(w.state);
    conf_free(conf);
    return outcome == OUTCOME_OK || outcome == OUTCOME_EXISTS ? 0 : 1;
}
