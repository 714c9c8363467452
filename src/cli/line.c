#include "cli/line.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/verb.h"
#include "conf/conf.h"
#include "state/mark.h"
#include "state/store.h"

#define HELPER_PATH IAMLP_LIBEXECDIR "/iamlp-helper"
#define SOCKET_PATH MARK_RUN "/claim.sock"

enum {
    OPTIONS_MAX = 24, /* of a verb */
    WIDTH = 25        /* of an option, in --help */
};

#define AT(field) offsetof(struct line, field)

const struct line_option line_options[] = {
    {"auto", NULL, LINE_CLAIM, AT(automatic), "as a shell calls it: silent with nothing to do"},
    {"socket", "PATH", LINE_CLAIM, AT(socket), "where iamlp-helper listens (" SOCKET_PATH ")"},
    {"session", NULL, LINE_ENABLE, AT(session), "the stack that gets the line: this one, or"},
    {"account", NULL, LINE_ENABLE, AT(account), "the account stack, or"},
    {"password", NULL, LINE_ENABLE, AT(password), "the password stack"},
    {"all", NULL, LINE_DISABLE, AT(all), "every service"},
    {"only", "host|role|trust|optional", LINE_POLICY, AT(only), "this document alone"},
    {"principal", "ARN", LINE_POLICY, AT(principal), "who assumes the roles"},
    {"org", "ID", LINE_POLICY, AT(org), "of the organisation they have to belong to"},
    {"all", NULL, LINE_MANY, AT(all), "everybody whom the user database lists"},
    {"group", "GROUP", LINE_MANY, AT(group), "its members"},
    {"from", "FILE", LINE_MANY, AT(from), "a local user on each line"},
    {"apply", NULL, LINE_MANY, AT(apply), "do it; else a plan is printed, and nothing changed"},
    {"include-blocked", NULL, LINE_MANY, AT(include_blocked),
     "also who could not change it without MFA"},
    {"jobs", "N", LINE_MANY, AT(jobs), "users at once, at most (4)"},
    {"output", "table|csv|json", LINE_MANY, AT(output), "form of the result (table)"},
    {"deliver", "COMMAND", LINE_MANY | LINE_OPERATOR, AT(deliver),
     "gets the password on its standard input"},
    {"deliver-timeout", "SECONDS", LINE_MANY | LINE_OPERATOR, AT(deliver_timeout),
     "how long that may take (60)"},
    {"profile", "NAME", LINE_OPERATOR, AT(profile), "whose credentials, as the AWS CLI has it"},
    {"region", "NAME", LINE_OPERATOR, AT(region), "as the AWS CLI has it"},
    {"endpoint-url", "URL", LINE_OPERATOR, AT(endpoint_url), "the same"},
    {"ca-bundle", "PATH", LINE_OPERATOR, AT(ca_bundle), "the same"},
    {"force", NULL, LINE_FORCE, AT(force), "also what nobody may have seen yet"},
    {"json", NULL, LINE_JSON, AT(json), "one object, for programs"},
    {"conf", "PATH", LINE_ROOT | LINE_POLICY, AT(conf), "the configuration (" CONF_PATH ")"},
    {"state", "DIR", LINE_ROOT | LINE_ENABLE, AT(state),
     "what this host remembers (" STORE_DIR ")"},
    {"run", "DIR", LINE_ROOT, AT(run), "marks and sockets (" MARK_RUN ")"},
    {"helper", "PATH", LINE_ROOT, AT(helper), "the program that runs the story"},
    {"timeout", "SECONDS", LINE_ROOT, AT(timeout), "how long AWS may take for one answer (20)"},
    {NULL, NULL, 0, 0, NULL},
};

/* ---- how it is called -------------------------------------------------------------------- */

int
line_misused(const struct line *l)
{
    const struct verb *v = verb_find(l->verb);

    (void)fprintf(stderr, "usage: iamlp %s%s%s%s [options]; try: iamlp %s --help\n", v->name,
                  v->arguments[0] != '\0' ? " " : "", v->arguments,
                  (v->takes & LINE_MANY) != 0 ? ", or --all, --group GROUP or --from FILE alone"
                                              : "",
                  v->name);
    return VERB_USAGE;
}

void
line_help(const char *verb)
{
    const struct verb *v = verb_find(verb);
    char option[64];

    (void)printf("usage: iamlp %s %s%s[options]\n%s\n", v->name, v->arguments,
                 v->arguments[0] != '\0' ? " " : "", v->help);
    if ((v->takes & LINE_MANY) != 0)
        (void)printf("\nMany at once, with one of the first three instead of %s:\n", v->arguments);
    else
        (void)printf("\n");
    for (const struct line_option *o = line_options; o->name != NULL; o++) {
        if ((o->of & v->takes) == 0)
            continue;
        (void)snprintf(option, sizeof(option), "--%s%s%s", o->name, o->value != NULL ? " " : "",
                       o->value != NULL ? o->value : "");
        (void)printf("  %-*s  %s\n", WIDTH, option, o->help);
    }
}

/* ---- reading it -------------------------------------------------------------------------- */

static int
put(struct line *l, const struct line_option *o, const char *value)
{
    void *at = (char *)l + o->at;

    if (o->value == NULL) {
        *(bool *)at = true;
    } else if (strchr(o->value, '|') == NULL || text_is_one_of(value, o->value)) {
        *(const char **)at = value;
    } else {
        (void)fprintf(stderr, "iamlp %s: --%s is one of %s; try: iamlp %s --help\n", l->verb,
                      o->name, o->value, l->verb);
        return VERB_USAGE;
    }
    return VERB_OK;
}

static int
take(struct line *l, unsigned takes, int argc, char **argv)
{
    struct option names[OPTIONS_MAX + 1] = {{NULL, 0, NULL, 0}};
    const struct line_option *known[OPTIONS_MAX];
    int n = 0, option, rc = VERB_OK;

    for (const struct line_option *o = line_options; o->name != NULL; o++)
        if ((o->of & takes) != 0 && n < OPTIONS_MAX) {
            names[n] = (struct option){o->name, o->value != NULL ? required_argument : no_argument,
                                       NULL, n + 1};
            known[n++] = o;
        }
    opterr = 0;
    while (rc == VERB_OK && (option = getopt_long(argc, argv, "", names, NULL)) != -1) {
        if (option < 1 || option > n)
            return line_misused(l);
        l->many = l->many || (known[option - 1]->of & takes & LINE_MANY) != 0;
        rc = put(l, known[option - 1], optarg);
    }
    return rc;
}

int
line_parse(struct line *l, int argc, char **argv)
{
    const struct verb *v = verb_find(argv[0]);
    int most, rc;

    *l = (struct line){.verb = v->name,
                       .conf = CONF_PATH,
                       .state = STORE_DIR,
                       .run = MARK_RUN,
                       .helper = HELPER_PATH,
                       .socket = SOCKET_PATH};
    rc = take(l, v->takes, argc, argv);
    if (rc != VERB_OK)
        return rc;
    most = v->arguments[0] != '\0' && !l->many && !l->all ? 1 : 0;
    if (argc - optind > most || (argc - optind < most && v->arguments[0] != '['))
        return line_misused(l);
    l->operand = optind < argc ? argv[optind] : NULL;
    if ((v->takes & (LINE_ROOT | LINE_ENABLE | LINE_DISABLE)) == 0 || geteuid() == 0)
        return VERB_OK;
    (void)fprintf(stderr, "iamlp %s: needs root; try: sudo iamlp %s ...\n", l->verb, l->verb);
    return VERB_OTHER;
}
