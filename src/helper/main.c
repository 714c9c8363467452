/*
 * iamlp-helper: the story as root, without the network.
 *
 *     iamlp-helper mark | accept              channel 3 of wire/wire.h: pam_iamlp.so
 *     iamlp-helper claim                      channel 1: iamlp claim
 *     iamlp-helper explain | provision USER   channel 1: iamlp, run by root
 *     iamlp-helper reset USER                 the same
 *     iamlp-helper forget USER [--force]      the same
 *     iamlp-helper check                      the same
 *     iamlp-helper batch                      channel 1, one story after the other
 *     iamlp-helper --listen PATH              claim for each connection to PATH, or to
 *                                             descriptor 0 where PATH is -
 *
 *     [--conf PATH] [--state DIR] [--run DIR] [--timeout SECONDS]
 *
 * Descriptor 0 is the socket; whatever happens is said there in an END frame.
 * --timeout bounds one answer of AWS, or the whole story where a login waits for it.
 * The exit status is 0 where END says ok or exists, else 1.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <string.h>
#include <unistd.h>

#include "base/fdio.h"
#include "base/log.h"
#include "base/proc.h"
#include "base/text.h"
#include "helper/listen.h"
#include "helper/netproc.h"
#include "helper/verb.h"
#include "state/mark.h"
#include "state/store.h"

#define MACHINE_ID "/etc/machine-id"

enum {
    TIMEOUT_S = 20,
    TIMEOUT_MAX_S = 120,
    MACHINE_ID_LEN = 32
};

static int
parse_options(int argc, char **argv, struct verb_options *o, struct err *e)
{
    static const struct option names[] = {
        {"conf", required_argument, NULL, 'c'},
        {"state", required_argument, NULL, 's'},
        {"run", required_argument, NULL, 'r'},
        {"timeout", required_argument, NULL, 't'},
        {"listen", required_argument, NULL, 'l'},
        {"force", no_argument, NULL, 'f'},
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
        case 'r':
            o->run = optarg;
            break;
        case 'l':
            o->listen = optarg;
            break;
        case 'f':
            o->force = true;
            break;
        case 't':
            if (!text_number(optarg, 1, TIMEOUT_MAX_S, &o->timeout_s))
                return err_set(e, ERR_CONFIG, "--timeout is 1 to %d seconds", TIMEOUT_MAX_S);
            break;
        default:
            return err_set(e, ERR_CONFIG, "iamlp-helper does not know %s", argv[optind - 1]);
        }
    }
    if (o->listen != NULL)
        return optind == argc ? verb_find("claim", NULL, o, e)
                              : err_set(e, ERR_CONFIG, "--listen takes no verb");
    if (optind == argc)
        return err_set(e, ERR_CONFIG, "iamlp-helper needs a verb");
    if (argc - optind > 2)
        return err_set(e, ERR_CONFIG, "iamlp-helper does not know %s", argv[optind + 2]);
    return verb_find(argv[optind], argv[optind + 1], o, e);
}

/* A record of another machine must not be believed on a clone of its disk. Where a
 * system has no machine-id every record says "none"; one that cannot be read is not none,
 * or this machine's own records would be set aside as another's. */
static int
read_machine_id(char id[MACHINE_ID_LEN + 1], struct err *e)
{
    int fd = open(MACHINE_ID, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    ssize_t n = fd < 0 ? 0 : read(fd, id, MACHINE_ID_LEN);

    if ((fd < 0 && errno != ENOENT && errno != ELOOP) || n < 0) {
        err_sys(e, MACHINE_ID);
        fdio_close(fd);
        return -1;
    }
    fdio_close(fd);
    for (ssize_t i = 0; i < n; i++)
        if (!isxdigit((unsigned char)id[i]))
            n = -1;
    if (n != MACHINE_ID_LEN) {
        memcpy(id, "none", sizeof("none"));
        return 0;
    }
    id[MACHINE_ID_LEN] = '\0';
    return 0;
}

static int
serve(void *arg)
{
    return verb_run(arg);
}

int
main(int argc, char **argv)
{
    char machine[MACHINE_ID_LEN + 1];
    struct verb_options o = {
        .conf = CONF_PATH,
        .state = STORE_DIR,
        .run = MARK_RUN,
        .timeout_s = TIMEOUT_S,
        .machine = machine,
    };
    struct client client = {STDIN_FILENO, &clock_system};
    struct err e = ERR_INIT;

    proc_begin();
    log_open();
    if (geteuid() != 0)
        err_set(&e, ERR_DENIED, "iamlp-helper has to run as root");
    /* What a program of a profile looks for there must not be the caller's (passwd, su). */
    else if (!proc_own_keyring())
        err_sys(&e, "no session keyring of its own");
    else if (read_machine_id(machine, &e) == 0 && parse_options(argc, argv, &o, &e) == 0) {
        if (o.listen == NULL)
            return verb_run(&o);
        if (listen_serve(o.listen, LISTEN_IDLE_MS, serve, &o, &e) == 0)
            return 0;
    }
    verb_log_fault("config", OUTCOME_ERROR, "config", &o, e.msg);
    client_end(&client, OUTCOME_ERROR, e.msg);
    return 1;
}
