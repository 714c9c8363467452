#include "base/user.h"

#include <errno.h>
#include <pwd.h>
#include <string.h>

/* Everything is built to zero what a function leaves unset. To zero these 16 KiB, which the C
 * library fills, would be a third of all that a repeated login makes the module do. */
#if defined(__has_attribute) && __has_attribute(uninitialized)
#define FILLED_BY_LIBC __attribute__((uninitialized))
#else
#define FILLED_BY_LIBC
#endif

/* For a user who does not exist the modules of nsswitch.conf return one of three: success
 * without an entry, ENOENT, ESRCH. */
static int
judge(int fault, const struct passwd *found, char name[USER_NAME_MAX])
{
    if (fault != 0 && fault != ENOENT && fault != ESRCH) {
        errno = fault;
        return -1;
    }
    if (fault != 0 || found == NULL || strlen(found->pw_name) >= USER_NAME_MAX)
        return 0;
    memcpy(name, found->pw_name, strlen(found->pw_name) + 1);
    return 1;
}

int
user_by_name(const char *name, uid_t *uid, char canonical[USER_NAME_MAX], struct err *e)
{
    char room[USER_ENTRY_MAX] FILLED_BY_LIBC;
    struct passwd pw, *found = NULL;
    int fault, rc;

    do
        fault = getpwnam_r(name, &pw, room, sizeof(room), &found);
    while (fault == EINTR);
    rc = judge(fault, found, canonical);
    if (rc < 0)
        return err_sys(e, "cannot look user %.64s up", name);
    if (rc > 0)
        *uid = found->pw_uid;
    return rc;
}

int
user_by_uid(uid_t uid, char name[USER_NAME_MAX], struct err *e)
{
    char room[USER_ENTRY_MAX] FILLED_BY_LIBC;
    struct passwd pw, *found = NULL;
    int fault, rc;

    name[0] = '\0';
    do
        fault = getpwuid_r(uid, &pw, room, sizeof(room), &found);
    while (fault == EINTR);
    rc = judge(fault, found, name);
    return rc < 0 ? err_sys(e, "cannot look uid %u up", (unsigned)uid) : rc;
}
