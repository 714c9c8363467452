/*
 * role: a role as a profile of the shared files describes it.
 */
#ifndef IAMLP_CRED_ROLE_H
#define IAMLP_CRED_ROLE_H

#include "cred/shared.h"

#define ROLE_ARN_SIZE      2049 /* STS's limits, each with its NUL */
#define ROLE_EXTERNAL_SIZE 1225
#define ROLE_SESSION_SIZE  65

struct role {
    char arn[ROLE_ARN_SIZE];
    char session_name[ROLE_SESSION_SIZE]; /* "" : not given */
    char external_id[ROLE_EXTERNAL_SIZE]; /* "" : none */
    int duration;                         /* seconds; 0: not given */
    const char *path;                     /* where role_arn stands */
    unsigned line;
};

/* The profile must have role_arn. -1: ERR_FORMAT (file, line, mend). */
int role_read(const struct shared_profile *p, struct role *role, struct err *e);

#endif
