#include "cli/delegate.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/proc.h"

static const char *const verbs[] = {
    "create-login-profile",           "get-login-profile", "update-login-profile",
    "delete-login-profile",           "change-password",   "get-account-password-policy",
    "update-account-password-policy",
};

const char *
delegate_verb(size_t at)
{
    return at < sizeof(verbs) / sizeof(verbs[0]) ? verbs[at] : NULL;
}

/* DELEGATE-1. */
static const char *
find(char beside[PATH_MAX])
{
    if (proc_beside("iamlp-aws", beside, NULL) == 0 && access(beside, X_OK) == 0)
        return beside;
    return IAMLP_LIBEXECDIR "/iamlp-aws";
}

int
delegate_run(int argc, char **argv)
{
    static char name[] = "iamlp";
    char **words = calloc((size_t)argc + 2, sizeof(*words));
    char beside[PATH_MAX];
    const char *path = find(beside);

    if (words == NULL) {
        (void)fputs("iamlp: out of memory\n", stderr);
        return VERB_OTHER;
    }
    words[0] = name;
    memcpy(words + 1, argv, (size_t)argc * sizeof(*words));
    if (setresgid(getgid(), getgid(), getgid()) == 0 &&
        setresuid(getuid(), getuid(), getuid()) == 0)
        (void)execv(path, words);
    (void)fprintf(stderr, "iamlp: %s: %s; install iamlp again\n", path, strerror(errno));
    free(words);
    return VERB_OTHER;
}
