#include "core/person.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int
person_find(const char *name, struct person *p, struct err *e)
{
    struct passwd *pw;
    gid_t *groups = NULL;
    int count = 32;

    memset(p, 0, sizeof(*p));
    errno = 0;
    pw = getpwnam(name);
    if (pw == NULL && errno != 0 && errno != ENOENT)
        return err_sys(e, "cannot look up local user %.64s", name);
    if (pw == NULL)
        return err_set(e, ERR_ABSENT, "there is no local user %.64s", name);
    if (strlen(pw->pw_name) >= sizeof(p->name))
        return err_set(e, ERR_LIMIT, "the name of local user %.64s... is too long", name);
    memcpy(p->name, pw->pw_name, strlen(pw->pw_name) + 1);
    p->uid = pw->pw_uid;
    for (;;) {
        gid_t *more = realloc(groups, sizeof(gid_t) * (size_t)count);
        int room = count;

        if (more == NULL) {
            free(groups);
            return err_set(e, ERR_MEMORY, "out of memory");
        }
        groups = more;
        if (getgrouplist(p->name, pw->pw_gid, groups, &count) >= 0)
            break;
        if (count <= room || count > PERSON_GROUPS_MAX) {
            free(groups);
            return err_set(e, ERR_LIMIT, "local user %s is in more than %d groups", p->name,
                           PERSON_GROUPS_MAX);
        }
    }
    p->groups = groups;
    p->group_count = count;
    return 0;
}

void
person_free(struct person *p)
{
    free(p->groups);
    memset(p, 0, sizeof(*p));
}

static int
in_group(const char *group, void *arg)
{
    const struct person *p = arg;
    const struct group *gr = getgrnam(group);

    if (gr == NULL)
        return -1;
    for (int i = 0; i < p->group_count; i++)
        if (p->groups[i] == gr->gr_gid)
            return 1;
    return 0;
}

void
person_for_map(const struct person *p, struct map_person *m)
{
    m->name = p->name;
    m->uid = p->uid;
    m->in_group = in_group;
    m->arg = (void *)(uintptr_t)p;
}
