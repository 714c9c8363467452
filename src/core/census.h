/*
 * census: all local users, and whom the configuration makes of them in IAM.
 *
 * CENSUS-1  Two local users MUST NOT become one IAM user: the second would find the first
 *           one's password there. Nothing but a look at all of them at once shows it.
 */
#ifndef IAMLP_CORE_CENSUS_H
#define IAMLP_CORE_CENSUS_H

#include <stddef.h>

#include "base/user.h"
#include "conf/map.h"
#include "core/story.h"

#define CENSUS_MAX 20000 /* local users that are looked at; where there are more, it is said */

/* A local user who is served. */
struct census_person {
    char name[USER_NAME_MAX];
    char iam_user[MAP_IAM_USER_MAX + 1];
    const struct conf_account *account;
};

struct census {
    struct census_person *people; /* by account and IAM user */
    size_t count;
};

/* Map everybody that the user database lists, and those of [users] whom it does not; tell the
 * client what is found. `c` is always to be freed. */
void census_take(const struct story_world *w, struct census *c);

void census_free(struct census *c);

#endif
