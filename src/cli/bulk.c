#include "cli/bulk.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/proc.h"
#include "cli/crew.h"
#include "cli/results.h"
#include "cli/verb.h"

enum {
    JOBS = 4,
    DELIVER_S = 60,
    LOOK_MS = 200,
    DELIVER_MAX_S = 240 /* a story waits for five minutes */
};

struct request {
    bool all, apply;
    const char *group;
    const char *from;
    const char *deliver;
    long deliver_s;
    long jobs;
    int form; /* enum results_form; -1: no such */
    struct root_command command;
};

bool
bulk_wanted(int argc, char **argv)
{
    static const char *const whom[] = {"--all", "--group", "--from"};

    for (int i = 1; i < argc; i++)
        for (size_t k = 0; k < sizeof(whom) / sizeof(whom[0]); k++) {
            size_t len = strlen(whom[k]);

            if (strncmp(argv[i], whom[k], len) == 0 &&
                (argv[i][len] == '\0' || argv[i][len] == '='))
                return true;
        }
    return false;
}

/* ---- the command line ------------------------------------------------------------------ */

static long
number(const char *text)
{
    char *end = NULL;
    long n;

    errno = 0;
    n = strtol(text, &end, 10);
    return errno != 0 || end == text || *end != '\0' ? -1 : n;
}

/* false: unknown, or stands too often. */
static bool
take(struct request *r, int option, const char *name, char *value)
{
    switch (option) {
    case 'a':
        r->all = true;
        return true;
    case 'y':
        r->apply = true;
        return true;
    case 'g':
        r->group = value;
        return true;
    case 'f':
        r->from = value;
        return true;
    case 'd':
        r->deliver = value;
        return true;
    case 'w':
        r->deliver_s = number(value);
        return true;
    case 'j':
        r->jobs = number(value);
        return true;
    case 'o':
        r->form = results_form(value);
        return true;
    case 'h':
        r->command.helper = value;
        return true;
    case 'p':
        return root_option(&r->command, name, value) == 0;
    default:
        return false;
    }
}

/* What is wrong with it; NULL: nothing. */
static const char *
judge(const struct request *r)
{
    if ((int)r->all + (r->group != NULL) + (r->from != NULL) != 1)
        return "one of --all, --group and --from says who";
    if (r->jobs < 1 || r->jobs > CREW_MAX)
        return "--jobs is 1 to 32";
    if (r->deliver_s < 1 || r->deliver_s > DELIVER_MAX_S)
        return "--deliver-timeout is 1 to 240 seconds";
    if (r->form < 0)
        return "--output is table, csv or json";
    if (r->apply && r->deliver == NULL)
        return "--apply needs --deliver COMMAND, which hands the passwords over";
    return NULL;
}

static int
parse(int argc, char **argv, struct request *r)
{
    static const struct option names[] = {
        {"all", no_argument, NULL, 'a'},
        {"group", required_argument, NULL, 'g'},
        {"from", required_argument, NULL, 'f'},
        {"apply", no_argument, NULL, 'y'},
        {"deliver", required_argument, NULL, 'd'},
        {"deliver-timeout", required_argument, NULL, 'w'},
        {"jobs", required_argument, NULL, 'j'},
        {"output", required_argument, NULL, 'o'},
        {"helper", required_argument, NULL, 'h'},
        {"conf", required_argument, NULL, 'p'},
        {"state", required_argument, NULL, 'p'},
        {"run", required_argument, NULL, 'p'},
        {"timeout", required_argument, NULL, 'p'},
        {NULL, 0, NULL, 0},
    };
    const char *why = NULL;
    int option, index = 0;

    root_command_init(&r->command);
    opterr = 0;
    while (why == NULL && (option = getopt_long(argc, argv, "", names, &index)) != -1)
        if (!take(r, option, names[index].name, optarg))
            why = "an option is unknown, lacks its value or stands too often";
    if (why == NULL && optind != argc)
        why = "who is given by --all, --group or --from alone";
    if (why == NULL)
        why = judge(r);
    if (why == NULL)
        return VERB_OK;
    (void)fprintf(stderr, "iamlp provision: %s; try: iamlp --help\n", why);
    return VERB_USAGE;
}

/* ---- the work -------------------------------------------------------------------------- */

static int
gather(struct people *p, const struct request *r, struct err *e)
{
    if (r->all)
        return people_all(p, e);
    return r->group != NULL ? people_group(p, r->group, e) : people_from(p, r->from, e);
}

/* Have the command take a password that is nobody's to nobody. */
static int
try_command(struct crew *c, struct err *e)
{
    static const char nobodys[] = "This-is-only-a-test-1";
    static const struct deliver_facts facts = {
        .user = "iamlp-test",
        .iam_user = "iamlp-test",
        .account = "000000000000",
        .signin_url = "https://000000000000.signin.aws.amazon.com/console",
        .note = "",
        .test = true,
    };
    struct secret *password = secret_from(nobodys, sizeof(nobodys) - 1, e);
    struct deliver d;
    int rc = -1;

    if (password == NULL || deliver_begin(&d, c->deliver, &facts, password,
                                          clock_system.mono_ms() + c->deliver_ms, e) != 0)
        goto out;
    do {
        stop_wait(c->stop, LOOK_MS);
        if (c->stop->caught != 0) {
            deliver_kill(&d);
            rc = err_set(e, ERR_DENIED, "stopped");
        } else {
            rc = deliver_poll(&d, clock_system.mono_ms(), e);
        }
    } while (rc > 0);
out:
    secret_free(password);
    return rc;
}

/* Map them all before any is created: who shares an IAM user shows only then. */
static int
work(struct crew *c, const struct request *r, struct err *e)
{
    if (crew_run(c, WIRE_MAP, "mapping", e) != 0 || people_twins(c->people, e) != 0)
        return -1;
    if (c->stop->caught != 0)
        return 0;
    if (!r->apply)
        return crew_run(c, WIRE_PLAN, "asking", e);
    if (try_command(c, e) != 0)
        return err_wrap(e, "--deliver, tried with a password that is nobody's");
    return crew_run(c, WIRE_PROVISION, "provisioning", e);
}

static int
status_of(const struct people *p, int caught)
{
    static const enum people_result amiss[] = {PEOPLE_OPEN, PEOPLE_WRONG, PEOPLE_FAILED,
                                               PEOPLE_LOST, PEOPLE_UNDELIVERED};

    if (caught != 0)
        return 128 + caught;
    for (size_t i = 0; i < sizeof(amiss) / sizeof(amiss[0]); i++)
        if (p->counts[amiss[i]] > 0)
            return VERB_FAILED;
    return VERB_OK;
}

/* What came of everybody, however it ended. `why`: it could not be gone on with. */
static int
tell(struct people *p, const struct request *r, int caught, const struct err *why)
{
    struct err e = ERR_INIT;
    int rc;

    people_count(p);
    rc = results_print(p, (enum results_form)r->form, &e);
    results_sum(p);
    if (why->code != ERR_OK)
        (void)fprintf(stderr, "iamlp provision: %s\n", why->msg);
    if (rc != 0)
        (void)fprintf(stderr, "iamlp provision: %s\n", e.msg);
    if (!r->apply)
        (void)fprintf(stderr, "Nothing was changed; --apply does it.\n");
    if (rc == 0 && why->code != ERR_OK && caught == 0)
        return VERB_FAILED;
    return rc == 0 ? status_of(p, caught) : VERB_OTHER;
}

int
bulk_run(int argc, char **argv)
{
    static char batch[] = "batch";
    struct request r = {.deliver_s = DELIVER_S, .jobs = JOBS, .form = RESULTS_TABLE};
    struct people people = {.rows = NULL};
    struct err e = ERR_INIT;
    struct stop stop = {.fd = -1};
    struct crew c = {.jobs = 0};
    int rc = parse(argc, argv, &r);

    if (rc == VERB_OK)
        rc = root_prepare(&r.command, "provision", batch, NULL);
    if (rc != VERB_OK)
        return rc;
    proc_no_core();
    crew_begin(&c);
    c.stop = &stop;
    c.command = &r.command;
    c.people = &people;
    c.deliver = r.apply ? r.deliver : NULL;
    c.deliver_ms = (int64_t)r.deliver_s * 1000;
    c.jobs = (int)r.jobs;
    c.terminal = isatty(STDERR_FILENO) != 0;
    if (stop_begin(&stop, &e) != 0 || gather(&people, &r, &e) != 0) {
        (void)fprintf(stderr, "iamlp provision: %s\n", e.msg);
        rc = VERB_OTHER;
    } else {
        (void)work(&c, &r, &e);
        rc = c.fatal ? VERB_OTHER : tell(&people, &r, stop.caught, &e);
        if (c.fatal)
            (void)fprintf(stderr, "iamlp provision: %s\n", e.msg);
    }
    crew_end(&c);
    stop_end(&stop);
    people_free(&people);
    return rc;
}
