#include "cred/cred.h"

#include <stdio.h>
#include <string.h>

#include "aws/uri.h"
#include "base/buf.h"
#include "cred/keys.h"
#include "cred/profile.h"
#include "cred/provider.h"
#include "cred/sts.h"

static const struct {
    const char *name;
    enum cred_choice choice;
    bool by_auto; /* a profile's command is the file provider's to use */
    provider_resolve *resolve;
} providers[] = {
    {"file", CRED_FILE, true, file_resolve},
    {"process", CRED_PROCESS, false, process_resolve},
    {"web_identity", CRED_WEB_IDENTITY, true, web_resolve},
    {"container", CRED_CONTAINER, true, container_resolve},
    {"imds", CRED_IMDS, true, imds_resolve},
};

#define COUNT (sizeof(providers) / sizeof(providers[0]))

/* `process` takes the command alone of its profile, but that has a region too. */
static int
take_region(const struct cred_source *s, struct cred *out, struct err *e)
{
    struct profile *p;

    if (s->choice != CRED_PROCESS || (s->credentials_file == NULL && s->config_file == NULL))
        return 0;
    p = profile_read(s, out->region, e);
    profile_free(p);
    return p != NULL ? 0 : err_wrap(e, "process");
}

static int
check_alive(const struct cred_source *s, const struct cred_context *c, const struct cred *found,
            struct err *e)
{
    char place[CRED_PLACE_SIZE];

    if (keys_alive(&found->key, provider_now(c), e) == 0)
        return 0;
    cred_place(s, found, place);
    return err_wrap(e, "%s: %s", found->provider, place);
}

static int
run_chain(const struct cred_source *s, const struct cred_context *c, struct cred *out,
          struct err *e)
{
    struct buf reasons;
    int rc = -1;

    memset(out, 0, sizeof(*out));
    buf_init(&reasons, COUNT * (ERR_MSG_MAX + 32));
    if (take_region(s, out, e) != 0)
        goto out;
    for (size_t i = 0; i < COUNT; i++) {
        struct err why = ERR_INIT;
        enum provider_verdict verdict;

        if (s->choice == CRED_AUTO ? !providers[i].by_auto : s->choice != providers[i].choice)
            continue;
        verdict = providers[i].resolve(s, c, out, &why);
        if (verdict == PROVIDER_FOUND) {
            (void)snprintf(out->provider, sizeof(out->provider), "%s", providers[i].name);
            rc = check_alive(s, c, out, e);
            goto out;
        }
        sigv4_key_free(&out->key);
        if (verdict == PROVIDER_FAILED || s->choice != CRED_AUTO) {
            err_set(e, why.code == ERR_ABSENT ? ERR_DENIED : why.code, "%s: %s", providers[i].name,
                    why.msg);
            goto out;
        }
        buf_addf(&reasons, "%s%s: %s", reasons.len > 0 ? "; " : "", providers[i].name, why.msg);
    }
    err_set(e, ERR_DENIED, "no credentials: %s", buf_str(&reasons));
out:
    buf_free(&reasons);
    if (rc != 0)
        cred_free(out);
    return rc;
}

/* ---- kept keys (CRED-4) ------------------------------------------------------------- */

/* Are they worth `seconds` more? */
static bool
lasts(const struct cred *kept, const struct cred_context *c, int64_t seconds)
{
    return kept != NULL && kept->key.secret_key != NULL &&
           keys_left(&kept->key, provider_now(c)) >= seconds;
}

static int
copy(struct cred *out, const struct cred *kept, struct err *e)
{
    memset(out, 0, sizeof(*out));
    memcpy(out->region, kept->region, sizeof(out->region));
    memcpy(out->provider, kept->provider, sizeof(out->provider));
    if (keys_copy(&out->key, &kept->key, e) == 0)
        return 0;
    cred_free(out);
    return -1;
}

/* New keys have failed: do the kept ones still serve? Why they failed stays to be said
 * where they do not. */
static int
fall_back(const struct cred *kept, const struct cred_context *c, struct cred *out, struct err *e)
{
    if (!lasts(kept, c, CRED_LEAST_LIFE_S))
        return -1;
    err_clear(e);
    return copy(out, kept, e);
}

static int
find_base(const struct cred_source *s, const struct cred_context *c, const struct cred *kept,
          struct cred_set *out, struct err *e)
{
    if (lasts(kept, c, CRED_FRESH_S))
        return copy(&out->base, kept, e);
    out->base_new = run_chain(s, c, &out->base, e) == 0;
    return out->base_new ? 0 : fall_back(kept, c, &out->base, e);
}

/* ---- whose they are -------------------------------------------------------------------- */

/* Of the keys that a credential_process prints nobody knows whose they are. */
static bool
is_role(const struct cred *base, const struct profile_lead *lead)
{
    if (strcmp(base->provider, "file") == 0)
        return lead->to_role;
    return strcmp(base->provider, "process") != 0;
}

/* ---- the role on top ------------------------------------------------------------------- */

static bool
is_web_identity(const struct cred *cred)
{
    return strcmp(cred->provider, "web_identity") == 0;
}

static int
assume(const struct cred_source *s, const struct cred_context *c, struct cred_set *out,
       struct err *e)
{
    const struct sts_role role = {
        .arn = s->role_arn,
        .session_name = s->session_name,
        .external_id = s->external_id,
        .source_identity = s->source_identity,
        .duration = s->role_duration,
    };
    const char *region = s->region != NULL ? s->region : out->base.region;

    if (sts_assume(s, c, region, &out->base.key, &role, &out->role, e) != 0 ||
        keys_alive(&out->role.key, provider_now(c), e) != 0) {
        cred_free(&out->role);
        return err_wrap(e, "role_arn");
    }
    memcpy(out->role.region, out->base.region, sizeof(out->role.region));
    memcpy(out->role.provider, out->base.provider, sizeof(out->role.provider));
    out->role_new = true;
    return 0;
}

/* Keys by web identity are the role's already. */
static void
move_to_role(struct cred_set *out)
{
    out->role = out->base;
    out->role_new = out->base_new;
    memset(&out->base, 0, sizeof(out->base));
    out->base_new = false;
}

static int
find_role(const struct cred_source *s, const struct cred_context *c, struct cred_set *out,
          struct err *e)
{
    int rc;

    if (is_web_identity(&out->base)) {
        move_to_role(out);
        return 0;
    }
    if (s->role_arn == NULL)
        return 0;
    rc = assume(s, c, out, e);
    if (rc == 0 || out->base_new || e->code != ERR_DENIED)
        return rc;
    /* Kept keys may have been withdrawn meanwhile. */
    cred_free(&out->base);
    err_clear(e);
    if (run_chain(s, c, &out->base, e) != 0)
        return -1;
    out->base_new = true;
    return assume(s, c, out, e);
}

/* ---- all of it --------------------------------------------------------------------------- */

int
cred_needs(const struct cred_source *s, struct cred_needs *needs, struct err *e)
{
    struct err why = ERR_INIT;
    struct profile *p = NULL;
    char region[ENDPOINT_REGION_SIZE];
    int rc = 0;

    memset(needs, 0, sizeof(*needs));
    if ((s->choice != CRED_AUTO && s->choice != CRED_FILE && s->choice != CRED_PROCESS) ||
        (s->credentials_file == NULL && s->config_file == NULL))
        return 0;
    p = profile_read(s, region, &why);
    if (p != NULL) {
        memcpy(needs->command, p->origin.command, sizeof(needs->command));
        memcpy(needs->token_path, p->origin.token_path, sizeof(needs->token_path));
    } else if (why.code != ERR_ABSENT && why.code != ERR_DENIED) {
        rc =
            err_set(e, why.code, "%s: %s", s->choice == CRED_PROCESS ? "process" : "file", why.msg);
    }
    profile_free(p);
    return rc;
}

int
cred_resolve(const struct cred_source *s, const struct cred_context *c, struct cred_set *out,
             struct err *e)
{
    const struct cred *kept_role = s->role_arn != NULL ? s->kept_role : NULL;
    const struct profile_lead lead = profile_lead(s);
    int rc;

    memset(out, 0, sizeof(*out));
    if (lasts(kept_role, c, CRED_FRESH_S)) {
        rc = copy(&out->role, kept_role, e);
    } else {
        rc = find_base(s, c, lead.to_keys ? NULL : s->kept_base, out, e);
        if (rc == 0)
            rc = find_role(s, c, out, e);
        if (rc != 0) {
            cred_free(&out->role);
            rc = fall_back(kept_role, c, &out->role, e);
        }
    }
    if (rc != 0) {
        cred_set_free(out);
        return -1;
    }
    out->base.of_role = is_role(&out->base, &lead);
    out->role.of_role = true;
    return 0;
}

const struct cred *
cred_of(const struct cred_set *set)
{
    return set->role.provider[0] != '\0' ? &set->role : &set->base;
}

void
cred_place(const struct cred_source *s, const struct cred *c, char out[CRED_PLACE_SIZE])
{
    struct uri uri = {.authority = ""};
    const char *places[] = {
        [CRED_FILE] = s->credentials_file != NULL ? s->credentials_path : s->config_path,
        [CRED_PROCESS] = s->config_file != NULL ? s->config_path : s->credentials_path,
        [CRED_WEB_IDENTITY] = s->web_token_path,
        [CRED_CONTAINER] = uri.authority,
        [CRED_IMDS] = s->imds_endpoint_url != NULL ? s->imds_endpoint_url : IMDS_ENDPOINT,
    };

    if (s->container_uri != NULL)
        (void)uri_parse(s->container_uri, &uri, NULL);
    out[0] = '\0';
    for (size_t i = 0; i < COUNT; i++)
        if (strcmp(c->provider, providers[i].name) == 0 && places[providers[i].choice] != NULL)
            (void)snprintf(out, CRED_PLACE_SIZE, "%s", places[providers[i].choice]);
}

void
cred_free(struct cred *c)
{
    sigv4_key_free(&c->key);
    memset(c, 0, sizeof(*c));
}

void
cred_set_free(struct cred_set *set)
{
    cred_free(&set->base);
    cred_free(&set->role);
    memset(set, 0, sizeof(*set));
}
