#include "cred/profile.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "cred/keys.h"

/* The profiles passed on the way, the first one first. */
struct way {
    struct shared_profile passed[PROFILE_ROLES_MAX + 1];
    size_t count;
};

static bool
is_role(const struct shared_profile *p)
{
    return shared_get(p, "role_arn").at != NULL &&
           shared_get(p, "web_identity_token_file").at == NULL;
}

static int
loop(const struct way *way, const struct shared_value *v, const char *next, struct err *e)
{
    struct buf names;

    buf_init(&names, ERR_MSG_MAX);
    for (size_t i = 0; i < way->count; i++)
        buf_addf(&names, "%s -> ", way->passed[i].name);
    err_set(e, ERR_FORMAT,
            "%s:%u: source_profile leads in a circle (%s%s); one of them has to have keys instead "
            "of a role",
            v->path, v->at->line, buf_str(&names), next);
    buf_free(&names);
    return -1;
}

static int
no_such_source(const struct shared *f, const struct shared_value *v, const char *name,
               struct err *e)
{
    (void)shared_unknown(f, name, e);
    return err_wrap(e, "%s:%u: source_profile", v->path, v->at->line);
}

/* Step on to the source_profile. */
static int
take_source_profile(const struct shared_value *v, struct way *way, struct err *e)
{
    const struct shared_profile *from = &way->passed[way->count - 1];
    struct shared_profile next;
    char name[INI_NAME_MAX + 1];

    if (shared_copy(v, name, sizeof(name), e) != 0)
        return -1;
    if (!shared_find(from->files, name, &next))
        return no_such_source(from->files, v, name, e);
    for (size_t i = 0; i < way->count; i++)
        if (strcmp(way->passed[i].name, name) == 0 &&
            (strcmp(from->name, name) != 0 || !origin_has_keys(&next)))
            return loop(way, v, name, e);
    way->passed[way->count++] = next;
    return 0;
}

/* A role of the way: keep it, and either step on or find the base. */
static int
add_role(struct way *way, struct profile *out, struct err *e)
{
    const struct shared_profile *p = &way->passed[way->count - 1];
    const struct shared_value arn = shared_get(p, "role_arn"), mfa = shared_get(p, "mfa_serial"),
                              profile = shared_get(p, "source_profile"),
                              source = shared_get(p, "credential_source");

    if (mfa.at != NULL)
        return shared_fault(&mfa, e,
                            "is not supported, nobody is there to type a code; "
                            "let this host assume a role that does not ask for one");
    if (out->count == PROFILE_ROLES_MAX)
        return err_set(e, ERR_LIMIT, "%s:%u: more than %d roles one after the other", arn.path,
                       arn.at->line, PROFILE_ROLES_MAX);
    if (role_read(p, &out->roles[out->count++], e) != 0)
        return -1;
    if (profile.at != NULL && source.at != NULL)
        return shared_fault(&source, e, "stands beside source_profile; remove one of the two");
    if (source.at != NULL)
        return origin_source(&source, &out->origin, e);
    if (profile.at != NULL)
        return take_source_profile(&profile, way, e);
    return shared_fault(&arn, e, "needs source_profile or credential_source in the same profile");
}

static int
take_region(const struct shared_profile *p, char region[ENDPOINT_REGION_SIZE], struct err *e)
{
    const struct shared_value v = shared_get(p, "region");

    if (v.at == NULL || (v.at->len == 0 && v.at->continued == 0))
        return 0;
    if (shared_one_line(&v, e) != 0)
        return -1;
    if (!keys_region(v.at->text, v.at->len))
        return shared_fault(&v, e, "is no region's name such as us-east-1");
    memcpy(region, v.at->text, v.at->len);
    region[v.at->len] = '\0';
    return 0;
}

/* The end of a way needs keys. */
static int
find_source(const struct shared_profile *p, struct origin *o, struct err *e)
{
    int rc = origin_find(p, o, e);

    if (rc != 0 && e->code == ERR_ABSENT)
        e->code = ERR_DENIED;
    return rc;
}

/* The choice `process` is the profile's own command, whatever stands beside it. */
static int
follow(struct way *way, bool process, struct profile *out, struct err *e)
{
    const struct shared_profile *p = &way->passed[0];

    if (process)
        return origin_process(p, &out->origin, e);
    for (;;) {
        size_t before = way->count;

        p = &way->passed[before - 1];
        if (!is_role(p) || (before > 1 && origin_has_keys(p)))
            return before == 1 ? origin_find(p, &out->origin, e) : find_source(p, &out->origin, e);
        if (add_role(way, out, e) != 0)
            return -1;
        if (way->count == before)
            return 0;
    }
}

struct profile *
profile_read(const struct cred_source *s, char region[ENDPOINT_REGION_SIZE], struct err *e)
{
    const char *name = s->profile != NULL ? s->profile : "default";
    struct profile *p = calloc(1, sizeof(*p));
    struct way *way = calloc(1, sizeof(*way));
    struct shared files = {0};
    int rc = -1;

    region[0] = '\0';
    if (p == NULL || way == NULL)
        err_set(e, ERR_MEMORY, "out of memory");
    else if (shared_open(s, &files, e) != 0)
        goto out;
    else if (!shared_find(&files, name, &way->passed[way->count++]))
        rc = shared_unknown(&files, name, e);
    else if (take_region(&way->passed[0], region, e) == 0)
        rc = follow(way, s->choice == CRED_PROCESS, p, e);
out:
    shared_close(&files);
    free(way);
    if (rc == 0)
        return p;
    profile_free(p);
    return NULL;
}

void
profile_free(struct profile *p)
{
    if (p == NULL)
        return;
    sigv4_key_free(&p->origin.key);
    free(p);
}

struct profile_lead
profile_lead(const struct cred_source *s)
{
    bool files = s->credentials_file != NULL || s->config_file != NULL;
    struct err ignored = ERR_INIT; /* the provider will say it */
    struct profile_lead lead = {false, false};
    char region[ENDPOINT_REGION_SIZE];
    struct profile *p = NULL;

    if (files && (s->choice == CRED_AUTO || s->choice == CRED_FILE))
        p = profile_read(s, region, &ignored);
    if (p != NULL) {
        lead.to_keys = p->count == 0 && p->origin.kind == ORIGIN_KEYS;
        lead.to_role = !lead.to_keys && (p->count > 0 || p->origin.kind != ORIGIN_PROCESS);
    }
    profile_free(p);
    return lead;
}
