/*
 * origin: where the keys of one profile come from, roles aside.
 *
 * ORIGIN-1  In botocore's order: a role by token, the credentials file's keys,
 *           credential_process, the config file's keys.
 * ORIGIN-2  SSO is refused with a sentence where botocore would use it, never passed over:
 *           the keys beside it would act as somebody else.
 */
#ifndef IAMLP_CRED_ORIGIN_H
#define IAMLP_CRED_ORIGIN_H

#include "cred/role.h"

enum origin_kind {
    ORIGIN_KEYS,
    ORIGIN_PROCESS,
    ORIGIN_WEB_IDENTITY,
    ORIGIN_CONTAINER,
    ORIGIN_IMDS
};

struct origin {
    enum origin_kind kind;
    struct sigv4_key key;                  /* of ORIGIN_KEYS */
    char command[PROGRAM_COMMAND_MAX + 1]; /* of ORIGIN_PROCESS */
    char token_path[CRED_PATH_MAX + 1];    /* of ORIGIN_WEB_IDENTITY, which takes */
    struct role web;                       /* this role */
    const char *path;                      /* where it is said */
    unsigned line;
};

/* Any but ORIGIN_CONTAINER and ORIGIN_IMDS. `o` must be empty; the caller frees its key
 * in any case. -1: ERR_ABSENT (no keys), ERR_FORMAT, ERR_MEMORY. */
int origin_find(const struct shared_profile *p, struct origin *o, struct err *e);

/* ORIGIN_PROCESS and nothing else. -1: ERR_DENIED (it has none), ERR_FORMAT. */
int origin_process(const struct shared_profile *p, struct origin *o, struct err *e);

/* credential_source. -1: ERR_FORMAT. */
int origin_source(const struct shared_value *v, struct origin *o, struct err *e);

/* Has it an access key, or half of one, in either file? */
bool origin_has_keys(const struct shared_profile *p);

#endif
