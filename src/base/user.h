/*
 * user: names and uids of the user database, whoever keeps it.
 */
#ifndef IAMLP_BASE_USER_H
#define IAMLP_BASE_USER_H

#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

enum {
    USER_NAME_MAX = 129,       /* bytes of a name with the final NUL: what a record holds */
    USER_ENTRY_MAX = 16 * 1024 /* bytes of an entry; a longer one is ERR_SYSTEM */
};

/* The uid of the local user, and in canonical the name as the database has it. 1: found.
 * 0: there is no such user, or the name is too long. -1 (ERR_SYSTEM): the database has not
 * said, as where a directory does not answer. */
int user_by_name(const char *name, uid_t *uid, char canonical[USER_NAME_MAX], struct err *e);

/* The name of a uid. Returns as user_by_name; "" unless found. */
int user_by_uid(uid_t uid, char name[USER_NAME_MAX], struct err *e);

#endif
