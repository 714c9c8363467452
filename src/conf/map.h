/*
 * map: from a local user to an IAM user, by the configuration alone.
 *
 * MAP-1  In this order: uid below min_uid, or name in [login] exclude: unserved.
 *        A line in [users] decides next, an empty one means never. Then the
 *        rules in file order; the first that matches wins.
 * MAP-2  A result that is empty or outside IAM's character set (1 to 64 of
 *        [A-Za-z0-9_+=,.@-]) MUST be an error, never an omitted parameter: IAM
 *        would act on the caller.
 */
#ifndef IAMLP_CONF_MAP_H
#define IAMLP_CONF_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"
#include "conf/conf.h"

#define MAP_IAM_USER_MAX 64 /* characters */

/* The local account, canonical as passwd has it. */
struct map_person {
    const char *name;
    uid_t uid;
    /* Is the person a member of that group (primary or supplementary)?
     * 1 yes, 0 no, -1 there is no such group. */
    int (*in_group)(const char *group, void *arg);
    void *arg;
};

struct map_result {
    bool served;
    char iam_user[MAP_IAM_USER_MAX + 1];
    const struct conf_account *account; /* set when served */
    unsigned line;                      /* the line that decided; 0: a default, such as min_uid */
    char why[192];                      /* one sentence for `iamlp explain`, in both cases */
};

/* Decide. -1: ERR_CONFIG (a template whose result IAM would refuse; the sentence
 * names file, line, user and result), ERR_MEMORY. */
int map_person(const struct conf *c, const struct map_person *p, struct map_result *r,
               struct err *e);

#endif
