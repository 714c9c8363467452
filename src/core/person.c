#include "core/person.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int
person_find(const char *name, struct person *p, struct err *e)
{
    const struct passwd *pw;

    memset(p, 0, sizeof(*p));
    errno = 0;
    pw = getpwnam(name);
    /* As base/user.c judges it. */
    if (pw == NULL && errno != 0 && errno != ENOENT && errno != ESRCH)
        return err_sys(e, "cannot look up local user %.64s", name);
    if (pw == NULL)
        return err_set(e, ERR_ABSENT, "there is no local user %.64s", name);
    if (strlen(pw->pw_name) >= sizeof(p->name))
        return err_set(e, ERR_LIMIT, "the name of local user %.64s... is too long", name);
    memcpy(p->name, pw->pw_name, strlen(pw->pw_name) + 1);
    p->uid = pw->pw_uid;
    p->gid = pw->pw_gid;
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

static int
find_groups(struct person *p, struct err *e)
{
    int count = 32;

    for (;;) {
        gid_t *more = realloc(p->groups, sizeof(gid_t) * (size_t)count);
        int room = count;

        if (more == NULL)
            return err_set(e, ERR_MEMORY, "out of memory");
        p->groups = more;
        if (getgrouplist(p->name, p->gid, p->groups, &count) >= 0)
            break;
        if (count <= room || count > PERSON_GROUPS_MAX)
            return err_set(e, ERR_LIMIT, "local user %s is in more than %d groups", p->name,
                           PERSON_GROUPS_MAX);
    }
    p->group_count = count;
    return 0;
}

static bool
asks_for_groups(const struct conf *c)
{
    for (size_t i = 0; i < c->rule_count; i++)
        if (c->rules[i].groups.count > 0)
            return true;
    return false;
}

int
person_map(struct person *p, const struct conf *c, struct map_result *m, struct err *e)
{
    const struct map_person who = {.name = p->name, .uid = p->uid, .in_group = in_group, .arg = p};

    /* Every service of the group database is asked, and some are far away. */
    if (p->groups == NULL && asks_for_groups(c) && find_groups(p, e) != 0)
        return -1;
    return map_person(c, &who, m, e);
}
