/*
 * person: the local account a story is about, as passwd and group have it.
 */
#ifndef IAMLP_CORE_PERSON_H
#define IAMLP_CORE_PERSON_H

#include <sys/types.h>

#include "base/err.h"
#include "base/user.h"
#include "conf/map.h"

#define PERSON_GROUPS_MAX 4096

struct person {
    char name[USER_NAME_MAX]; /* canonical pw_name */
    uid_t uid;
    gid_t gid;
    gid_t *groups; /* primary and supplementary; NULL: not looked up */
    int group_count;
};

/* Look the account up by name. -1: ERR_ABSENT (no such local user), ERR_SYSTEM
 * (the user database did not answer), ERR_LIMIT. person_free is always safe. */
int person_find(const char *name, struct person *p, struct err *e);
void person_free(struct person *p);

/* What the configuration makes of the person, as map_person does; the groups are looked up
 * where a rule asks for one. -1 also: ERR_LIMIT (PERSON_GROUPS_MAX), ERR_MEMORY. */
int person_map(struct person *p, const struct conf *c, struct map_result *m, struct err *e);

#endif
