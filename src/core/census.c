#include "core/census.h"

#include <errno.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/person.h"

#define AREA "mapping"

enum {
    TOLD_MAX = 3,    /* faults that are told one by one; of the rest only how many there are */
    NAME_SHOWN = 128 /* bytes */
};

struct counting {
    const struct story_world *w;
    struct census *census;
    size_t faults;
};

static void
tell(const struct counting *t, enum wire_level level, const char *text)
{
    client_finding(t->w->client, level, AREA, NULL, text);
}

/* Tell a fault, or only count it: tell_result says how many there are beyond TOLD_MAX. */
static void
tell_fault(struct counting *t, const char *text)
{
    if (t->faults++ < TOLD_MAX)
        tell(t, WIRE_LEVEL_FAIL, text);
}

/* ---- who there is ------------------------------------------------------------------------- */

/* Names first: looking somebody up may disturb the walk. *all: nobody is missing. */
static char **
list_names(const struct conf *c, size_t *count, bool *all)
{
    char **names = calloc(CENSUS_MAX + 1, sizeof(*names));
    const struct passwd *pw;

    *count = 0;
    if (names == NULL)
        return NULL;
    setpwent();
    for (errno = 0; *count < CENSUS_MAX && (pw = getpwent()) != NULL; errno = 0)
        if (pw->pw_uid >= c->min_uid && (names[*count] = strdup(pw->pw_name)) != NULL)
            ++*count;
    *all = errno == 0 || errno == ENOENT;
    endpwent();
    /* A directory may answer for names without listing them. */
    for (size_t i = 0; i < c->user_count && *count < CENSUS_MAX; i++)
        if ((names[*count] = strdup(c->users[i].name)) != NULL)
            ++*count;
    *all = *all && *count < CENSUS_MAX;
    return names;
}

static int
by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* ---- who they become ------------------------------------------------------------------------ */

static void
count_one(struct counting *t, const char *name)
{
    struct census *c = t->census;
    struct err e = ERR_INIT;
    struct person p = {0};
    struct map_result m;

    if (person_find(name, &p, &e) != 0)
        goto out;
    if (person_map(&p, t->w->conf, &m, &e) != 0) {
        tell_fault(t, e.msg);
    } else if (m.served) {
        struct census_person *one = &c->people[c->count++];

        (void)snprintf(one->name, sizeof(one->name), "%s", p.name);
        (void)snprintf(one->iam_user, sizeof(one->iam_user), "%s", m.iam_user);
        one->account = m.account;
    }
out:
    person_free(&p);
}

/* IAM's names are compared without their case. */
static int
by_target(const void *a, const void *b)
{
    const struct census_person *x = a, *y = b;
    int order = strcmp(x->account->name, y->account->name);

    if (order == 0)
        order = strcasecmp(x->iam_user, y->iam_user);
    return order != 0 ? order : strcmp(x->name, y->name);
}

/* CENSUS-1 */
static void
tell_collisions(struct counting *t)
{
    const struct census *c = t->census;
    char text[ERR_MSG_MAX];

    for (size_t i = 1; i < c->count; i++) {
        const struct census_person *x = &c->people[i - 1], *y = &c->people[i];

        if (x->account != y->account || strcasecmp(x->iam_user, y->iam_user) != 0 ||
            strcmp(x->name, y->name) == 0) /* found by two spellings */
            continue;
        (void)snprintf(text, sizeof(text),
                       "%.64s and %.64s both become IAM user %s; give one of them a line of their "
                       "own in [users], an empty one for never",
                       x->name, y->name, x->iam_user);
        tell_fault(t, text);
    }
}

/* Names in [users] that are nobody's here: one configuration may serve many hosts. */
static void
tell_strangers(struct counting *t)
{
    const struct conf *c = t->w->conf;
    char text[ERR_MSG_MAX], first[NAME_SHOWN + 1] = "";
    size_t count = 0;

    for (size_t i = 0; i < c->user_count; i++) {
        if (getpwnam(c->users[i].name) != NULL)
            continue;
        if (count++ == 0)
            (void)snprintf(first, sizeof(first), "%.*s", NAME_SHOWN, c->users[i].name);
    }
    if (count == 0)
        return;
    (void)snprintf(text, sizeof(text), "%zu of %zu names in [users] are no local users: %s%s",
                   count, c->user_count, first, count > 1 ? " and more" : "");
    tell(t, WIRE_LEVEL_NOTE, text);
}

/* CENSUS-1 does not hold for the rest. */
static void
tell_part(struct counting *t, size_t count)
{
    char text[ERR_MSG_MAX];

    (void)snprintf(text, sizeof(text),
                   "only %zu local users were looked at%s; iamlp provision --all, a plan, compares "
                   "everybody",
                   count, count == CENSUS_MAX ? "" : ", then the user database did not go on");
    tell(t, WIRE_LEVEL_WARN, text);
}

static void
tell_result(struct counting *t)
{
    char text[ERR_MSG_MAX];

    if (t->faults > TOLD_MAX) {
        (void)snprintf(text, sizeof(text), "%zu more findings of this kind", t->faults - TOLD_MAX);
        tell(t, WIRE_LEVEL_FAIL, text);
    }
    if (t->census->count == 0 && t->faults == 0)
        tell(
            t, WIRE_LEVEL_WARN,
            "no local user is served; add lines to [users] or a rule, and ask: iamlp explain USER");
    if (t->census->count == 0 || t->faults > 0)
        return;
    (void)snprintf(text, sizeof(text), "%zu local user%s served, each by an IAM user of their own",
                   t->census->count, t->census->count == 1 ? " is" : "s are");
    tell(t, WIRE_LEVEL_OK, text);
}

void
census_take(const struct story_world *w, struct census *c)
{
    struct counting t = {w, c, 0};
    size_t count = 0;
    bool all = false;
    char **names = list_names(w->conf, &count, &all);

    *c = (struct census){calloc(count + 1, sizeof(*c->people)), 0};
    if (names == NULL || c->people == NULL) {
        tell(&t, WIRE_LEVEL_WARN, "out of memory; not everybody could be looked at");
        goto out;
    }
    qsort(names, count, sizeof(*names), by_name);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || strcmp(names[i], names[i - 1]) != 0)
            count_one(&t, names[i]);
    qsort(c->people, c->count, sizeof(*c->people), by_target);
    tell_collisions(&t);
    tell_strangers(&t);
    if (!all)
        tell_part(&t, count);
    tell_result(&t);
out:
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
}

void
census_free(struct census *c)
{
    free(c->people);
    *c = (struct census){NULL, 0};
}
