/*
 * person: the local account a story is about, as passwd and group have it.
 */
#ifndef IAMLP_CORE_PERSON_H
#define IAMLP_CORE_PERSON_H

#include <sys/types.h>

#include "base/err.h"
#include "conf/map.h"

#define PERSON_GROUPS_MAX 4096

struct person {
    char name[129]; /* canonical pw_name */
    uid_t uid;
    gid_t *groups; /* primary and supplementary */
    int group_count;
};

/* Look the account up by name. -1: ERR_ABSENT (no such local user), ERR_SYSTEM
 * (the user database did not answer), ERR_LIMIT. person_free is always safe. */
int person_find(const char *name, struct person *p, struct err *e);
void person_free(struct person *p);

/* The person in the terms of conf/map.h; valid as long as `p`. */
void person_for_map(const struct person *p, struct map_person *m);

#endif
