/*
 * iamlp: the command for the people around pam_iamlp. A table of verbs, one file each.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "cli/aside.h"
#include "cli/verb.h"
#include "state/mark.h"

static void
usage(FILE *to)
{
    (void)fputs("usage: iamlp VERB [arguments] [options]\n\n", to);
    for (const struct verb *v = verb_table; v->name != NULL; v++)
        (void)fprintf(to, "  %-10s %-9s %s\n", v->name, v->arguments, v->help);
    (void)fputs("\nIn the place of `aws iam`, with its options (--help behind each):\n", to);
    for (size_t i = 0; aside_verb(i) != NULL; i++)
        (void)fprintf(to, "  %s\n", aside_verb(i));
    (void)fputs(
        "\nOptions of claim:\n"
        "  --auto             as a shell calls it: no word when there is nothing to do\n"
        "  --socket PATH      where iamlp-helper listens (" MARK_RUN "/claim.sock)\n"
        "\nOptions of enable:\n"
        "  --session, --account, --password  the stack (session)\n"
        "\nOptions of reset, beside those of the AWS CLI --profile, --region, --endpoint-url and\n"
        "--ca-bundle:\n"
        "  --deliver COMMAND  gets the password on its standard input; it is not shown\n"
        "  --deliver-timeout SECONDS  how long that may take (60)\n"
        "\nOption of forget:\n"
        "  --force            also what may stand for a password that nobody has seen\n"
        "\nOptions of policy:\n"
        "  --only KIND        host, role, trust or optional: this document alone\n"
        "  --principal ARN    who assumes the roles\n"
        "  --org ID           of the organisation they have to belong to\n"
        "\nOptions of provision for many, instead of USER:\n"
        "  --all              everybody whom the user database lists\n"
        "  --group GROUP      its members\n"
        "  --from FILE        a local user on each line\n"
        "  --apply            do it; without it a plan is printed, and nothing is changed\n"
        "  --deliver COMMAND  gets each password on its standard input (see iamlp(1))\n"
        "  --deliver-timeout SECONDS  how long one delivery may take (60)\n"
        "  --jobs N           users at once, at most (4)\n"
        "  --output FORM      table, csv or json\n"
        "\nOptions of check, explain, forget, provision, reset and status; enable takes\n"
        "--state, policy --conf; every verb but claim and policy needs root:\n"
        "  --conf PATH        the configuration (/etc/iamlp/iamlp.conf)\n"
        "  --state DIR        what this host remembers (/var/lib/iamlp)\n"
        "  --run DIR          marks and sockets (/run/iamlp)\n"
        "  --helper PATH      the program that runs the story\n"
        "  --json             of check, explain and status: one object\n"
        "  --timeout SECONDS  how long AWS may take for one answer (20)\n"
        "\n  iamlp --version, iamlp --help\n",
        to);
}

static bool
is_dropin(const char *verb)
{
    for (size_t i = 0; aside_verb(i) != NULL; i++)
        if (strcmp(verb, aside_verb(i)) == 0)
            return true;
    return false;
}

int
main(int argc, char **argv)
{
    if (argc < 2) {
        usage(stderr);
        return VERB_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
        usage(stdout);
        return VERB_OK;
    }
    if (strcmp(argv[1], "--version") == 0) {
        (void)puts("iamlp " IAMLP_VERSION);
        return VERB_OK;
    }
    for (const struct verb *v = verb_table; v->name != NULL; v++)
        if (strcmp(argv[1], v->name) == 0)
            return v->run(argc - 1, argv + 1);
    /* The AWS CLI takes its global options in front of the verb, too. */
    if (argv[1][0] == '-' || is_dropin(argv[1]))
        return aside_run(argc - 1, argv + 1);
    (void)fprintf(stderr, "iamlp: there is no verb %s; try: iamlp --help\n", argv[1]);
    return VERB_USAGE;
}
