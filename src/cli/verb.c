#include "cli/verb.h"

#include <stddef.h>

#include "cli/aside.h"

const struct verb verb_table[] = {
    {"claim", "", "get or see your own first console password, here", claim_run},
    {"check", "", "is all as it has to be, here and in AWS; what to do", check_run},
    {"explain", "USER", "say why USER is served or not, and what would happen next", explain_run},
    {"provision", "USER", "give USER's IAM user a first console password and show it here",
     provision_run},
    {"reset", "USER", "with credentials of your own: another console password for USER", aside_run},
    {"forget", "USER", "forget how far USER has come on this host: hired again", forget_run},
    {"enable", "SERVICE", "add one line to /etc/pam.d/SERVICE: its logins are looked at",
     enable_run},
    {"disable", "SERVICE", "take that line out again (--all: of every service)", disable_run},
    {"policy", "[ACCOUNT]", "print the IAM policies that the configuration needs", policy_run},
    {"status", "", "is this host ready, and where does everybody stand", status_run},
    {NULL, NULL, NULL, NULL},
};
