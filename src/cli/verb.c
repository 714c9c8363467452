#include "cli/verb.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "cli/delegate.h"
#include "cli/line.h"

const struct verb verb_table[] = {
    {"claim", "", "get or see your own first console password, here", LINE_CLAIM, claim_run},
    {"check", "", "is all as it has to be, here and in AWS; what to do", LINE_ROOT | LINE_JSON,
     check_run},
    {"explain", "USER", "say why USER is served or not, and what would happen next",
     LINE_ROOT | LINE_JSON, explain_run},
    {"provision", "USER", "give USER's IAM user a first console password and show it",
     LINE_ROOT | LINE_MANY, provision_run},
    {"reset", "USER", "with credentials of your own: another password for USER",
     LINE_ROOT | LINE_OPERATOR, delegate_run},
    {"forget", "USER", "forget how far USER has come on this host: hired again",
     LINE_ROOT | LINE_FORCE, forget_run},
    {"enable", "SERVICE", "add one line to /etc/pam.d/SERVICE: look at its logins", LINE_ENABLE,
     enable_run},
    {"disable", "SERVICE", "take that line out again (--all: of every service)", LINE_DISABLE,
     disable_run},
    {"policy", "[ACCOUNT]", "print the IAM policies that the configuration needs", LINE_POLICY,
     policy_run},
    {"status", "", "is this host ready, and where does everybody stand", LINE_ROOT | LINE_JSON,
     status_run},
    {"completion", "SHELL", "print what completes these words in bash, zsh or fish", 0,
     delegate_run},
    {NULL, NULL, NULL, 0, NULL},
};

const struct verb *
verb_find(const char *name)
{
    for (const struct verb *v = verb_table; v->name != NULL; v++)
        if (strcmp(name, v->name) == 0)
            return v;
    return NULL;
}

int
verb_print(const char *verb, const struct buf *out, const char *what)
{
    struct err e = ERR_INIT;

    if (buf_check(out, what, &e) != 0) {
        (void)fprintf(stderr, "iamlp %s: %s\n", verb, e.msg);
        return VERB_OTHER;
    }
    (void)fputs(buf_str(out), stdout);
    return VERB_OK;
}

int
verb_end(int rc)
{
    if (fflush(stdout) == 0 && ferror(stdout) == 0)
        return rc;
    (void)fputs("iamlp: standard output cannot be written to\n", stderr);
    return rc == VERB_OK || rc == VERB_FAILED ? VERB_OTHER : rc;
}
