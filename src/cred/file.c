/*
 * A profile of AWS's shared credentials and config files: its keys, or those of the roles
 * that it leads to (cred/profile.h).
 */
#include <stdio.h>
#include <string.h>

#include "cred/keys.h"
#include "cred/profile.h"
#include "cred/provider.h"
#include "cred/sts.h"

/* Where nobody gave a name: what CloudTrail shows then. */
#define SESSION_NAME "pam_iamlp"

struct walk {
    const struct cred_source *source;
    const struct cred_context *context;
    const struct profile *profile;
    char region[ENDPOINT_REGION_SIZE]; /* that STS is asked in; "" : its default */
};

static const char *
session_name(const struct walk *w, const struct role *role)
{
    if (role->session_name[0] != '\0')
        return role->session_name;
    return w->source->session_name != NULL ? w->source->session_name : SESSION_NAME;
}

static int
place(const struct profile *p, struct err *e)
{
    return err_wrap(e, "%s:%u", p->origin.path, p->origin.line);
}

/* A provider that the profile names: here it must not be absent. */
static int
ask(const struct walk *w, provider_resolve *resolve, struct cred *out, struct err *e)
{
    return resolve(w->source, w->context, out, e) == PROVIDER_FOUND ? 0 : -1;
}

static int
find_keys(const struct walk *w, struct cred *out, struct err *e)
{
    const struct origin *o = &w->profile->origin;
    const struct sigv4_key *k = &o->key;
    int rc = -1;

    switch (o->kind) {
    case ORIGIN_KEYS:
        return keys_copy(&out->key, k, e);
    case ORIGIN_PROCESS:
        rc = process_read(w->source, out, e);
        break;
    case ORIGIN_WEB_IDENTITY:
        rc = web_assume(w->source, w->context, w->region, o->web.arn, session_name(w, &o->web),
                        o->web.duration, out, e);
        break;
    case ORIGIN_CONTAINER:
        rc = ask(w, container_resolve, out, e);
        break;
    case ORIGIN_IMDS:
        rc = ask(w, imds_resolve, out, e);
        break;
    }
    return rc == 0 ? 0 : place(w->profile, e);
}

/* One more role on what is there. */
static int
assume(const struct walk *w, const struct role *role, struct cred *out, struct err *e)
{
    const struct sts_role wanted = {
        .arn = role->arn,
        .session_name = session_name(w, role),
        .external_id = role->external_id[0] != '\0' ? role->external_id : NULL,
        .duration = role->duration,
    };
    struct sigv4_key key = out->key;
    int rc;

    memset(&out->key, 0, sizeof(out->key));
    rc = keys_alive(&key, provider_now(w->context), e);
    if (rc == 0)
        rc = sts_assume(w->source, w->context, w->region, &key, &wanted, out, e);
    sigv4_key_free(&key);
    return rc == 0 ? 0 : err_wrap(e, "%s:%u", role->path, role->line);
}

static int
run(const struct cred_source *s, const struct cred_context *c, const struct profile *p,
    struct cred *out, struct err *e)
{
    struct walk w = {.source = s, .context = c, .profile = p};

    (void)snprintf(w.region, sizeof(w.region), "%s", s->region != NULL ? s->region : out->region);
    if (find_keys(&w, out, e) != 0)
        return -1;
    if (w.region[0] == '\0') /* IMDS may know one */
        (void)snprintf(w.region, sizeof(w.region), "%s", out->region);
    for (size_t i = p->count; i > 0; i--)
        if (assume(&w, &p->roles[i - 1], out, e) != 0)
            return -1;
    return 0;
}

enum provider_verdict
file_resolve(const struct cred_source *s, const struct cred_context *c, struct cred *out,
             struct err *e)
{
    enum provider_verdict verdict = PROVIDER_FAILED;
    struct profile *p;

    if (s->credentials_file == NULL && s->config_file == NULL) {
        err_set(e, ERR_DENIED, "neither credentials_file nor config_file is given");
        return PROVIDER_ABSENT;
    }
    p = profile_read(s, out->region, e);
    if (p != NULL && run(s, c, p, out, e) == 0)
        verdict = PROVIDER_FOUND;
    /* A config file alone may be there for its region. */
    else if (p == NULL && e->code == ERR_ABSENT && s->credentials_file == NULL)
        verdict = PROVIDER_ABSENT;
    profile_free(p);
    return verdict;
}
