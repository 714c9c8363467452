/*
 * iamlp-aws: the verbs of iamlp that talk to AWS with the rights of whoever types them, and the
 * completion of all verbs, which has to know their options. iamlp starts it, with its own words
 * (cli/delegate.h).
 */
#include <stdio.h>
#include <string.h>

#include "direct/completion.h"
#include "direct/reset.h"
#include "dropin/dropin.h"

int
main(int argc, char **argv)
{
    if (argc < 2) {
        (void)fputs("iamlp-aws is started by iamlp, not by hand\n", stderr);
        return DROPIN_USAGE;
    }
    if (strcmp(argv[1], "completion") == 0)
        return verb_end(completion_run(argc - 1, argv + 1));
    if (strcmp(argv[1], "reset") == 0)
        return verb_end(reset_run(argc - 1, argv + 1));
    return verb_end(dropin_run(argc - 1, argv + 1));
}
