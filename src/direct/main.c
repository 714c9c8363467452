/*
 * iamlp-aws: the verbs of iamlp that talk to AWS with the rights of whoever types them. iamlp
 * starts it, with its own words (cli/aside.h).
 */
#include <stdio.h>
#include <string.h>

#include "direct/reset.h"
#include "dropin/dropin.h"

int
main(int argc, char **argv)
{
    if (argc < 2) {
        (void)fputs("iamlp-aws is started by iamlp, not by hand\n", stderr);
        return DROPIN_USAGE;
    }
    if (strcmp(argv[1], "reset") == 0)
        return reset_run(argc - 1, argv + 1);
    return dropin_run(argc - 1, argv + 1);
}
