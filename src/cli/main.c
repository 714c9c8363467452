/*
 * iamlp: the command for the people around pam_iamlp. A table of verbs, one file each.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/proc.h"
#include "cli/delegate.h"
#include "cli/line.h"
#include "cli/verb.h"

static void
usage(FILE *to)
{
    const char *name, *beside;

    (void)fputs("usage: iamlp VERB [arguments] [options]\n\n", to);
    for (const struct verb *v = verb_table; v->name != NULL; v++)
        (void)fprintf(to, "  %-10s %-9s %s\n", v->name, v->arguments, v->help);
    (void)fputs("\nIn the place of `aws iam`, with its options:\n", to);
    for (size_t i = 0; (name = delegate_verb(i)) != NULL; i += 2) {
        beside = delegate_verb(i + 1);
        (void)fprintf(to, "  %-*s%s\n", beside != NULL ? 32 : 0, name,
                      beside != NULL ? beside : "");
    }
    (void)fputs("\nEach of them has --help, and iamlp(1) says more. iamlp --version\n", to);
}

static bool
is_dropin(const char *verb)
{
    for (size_t i = 0; delegate_verb(i) != NULL; i++)
        if (strcmp(verb, delegate_verb(i)) == 0)
            return true;
    return false;
}

static int
run(int argc, char **argv)
{
    const struct verb *v;

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
    v = verb_find(argv[1]);
    for (int i = 2; v != NULL && i < argc; i++)
        if (strcmp(argv[i], "--help") == 0) {
            line_help(v->name);
            return VERB_OK;
        }
    if (v != NULL)
        return v->run(argc - 1, argv + 1);
    /* The AWS CLI takes its global options in front of the verb, too. */
    if (argv[1][0] == '-' || is_dropin(argv[1]))
        return delegate_run(argc - 1, argv + 1);
    (void)fprintf(stderr, "iamlp: there is no verb %s; try: iamlp --help\n", argv[1]);
    return VERB_USAGE;
}

int
main(int argc, char **argv)
{
    proc_standard_fds();
    return verb_end(run(argc, argv));
}
