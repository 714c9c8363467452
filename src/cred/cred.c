#include "cred/cred.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "cred/provider.h"

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

static int
check_life(const struct cred *out, const struct clock *clock, struct err *e)
{
    int64_t now = clock->wall_s();

    if (out->key.expires == 0 || out->key.expires >= now + CRED_LEAST_LIFE_S)
        return 0;
    if (out->key.expires <= now)
        return err_set(
            e, ERR_DENIED,
            "%s: the credentials ran out %lld s ago; or is the clock of this host wrong?",
            out->provider, (long long)(now - out->key.expires));
    return err_set(e, ERR_DENIED, "%s: the credentials run out in %lld s; fresh ones are due",
                   out->provider, (long long)(out->key.expires - now));
}

static int
run_chain(const struct cred_source *s, const struct cred_context *c, struct cred *out,
          struct err *e)
{
    struct buf reasons;
    int rc = -1;

    memset(out, 0, sizeof(*out));
    buf_init(&reasons, COUNT * (ERR_MSG_MAX + 32));
    for (size_t i = 0; i < COUNT; i++) {
        struct err why = ERR_INIT;
        enum provider_verdict verdict;

        if (s->choice == CRED_AUTO ? !providers[i].by_auto : s->choice != providers[i].choice)
            continue;
        verdict = providers[i].resolve(s, c, out, &why);
        if (verdict == PROVIDER_FOUND) {
            (void)snprintf(out->provider, sizeof(out->provider), "%s", providers[i].name);
            rc = check_life(out, c->clock, e);
            goto out;
        }
        sigv4_key_free(&out->key);
        if (verdict == PROVIDER_FAILED || s->choice != CRED_AUTO) {
            err_set(e, why.code, "%s: %s", providers[i].name, why.msg);
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

int
cred_needs(const struct cred_source *s, struct cred_needs *needs, struct err *e)
{
    (void)s;
    (void)e;
    memset(needs, 0, sizeof(*needs));
    return 0;
}

int
cred_resolve(const struct cred_source *s, const struct cred_context *c, struct cred_set *out,
             struct err *e)
{
    memset(out, 0, sizeof(*out));
    out->base_new = run_chain(s, c, &out->base, e) == 0;
    return out->base_new ? 0 : -1;
}

const struct cred *
cred_of(const struct cred_set *set)
{
    return set->role.provider[0] != '\0' ? &set->role : &set->base;
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
