#include "cred/origin.h"

#include <string.h>

#include "cred/keys.h"

#define ID     "aws_access_key_id"
#define SECRET "aws_secret_access_key"

/* ---- static keys ------------------------------------------------------------------- */

static int
take(const struct shared_value *v, enum keys_part part, struct sigv4_key *k, struct err *e)
{
    if (shared_one_line(v, e) != 0)
        return -1;
    if (keys_set(k, part, v->at->text, v->at->len, e) != 0)
        return err_wrap(e, "%s:%u: %s", v->path, v->at->line, v->key);
    return 0;
}

/* One half of a pair was found; say where the other one is missing. */
static int
partial(const struct shared_value *found, const char *missing, struct err *e)
{
    /* An indented line may have swallowed the other half. */
    if (shared_one_line(found, e) != 0)
        return -1;
    return err_set(e, ERR_FORMAT, "%s:%u: the profile has %s, but no %s; write both into it",
                   found->path, found->at->line, found->key, missing);
}

static int
take_keys(const struct shared_profile *p, const struct shared_file *file, struct origin *o,
          struct err *e)
{
    /* The first is the old name; botocore looks for it first. */
    static const char *const tokens[] = {"aws_security_token", "aws_session_token"};
    const struct shared_value id = shared_get_in(p, file, ID),
                              secret = shared_get_in(p, file, SECRET);

    if (secret.at == NULL)
        return partial(&id, SECRET, e);
    o->kind = ORIGIN_KEYS;
    o->path = id.path;
    o->line = id.at->line;
    if (take(&id, KEYS_ID, &o->key, e) != 0 || take(&secret, KEYS_SECRET, &o->key, e) != 0)
        return -1;
    for (size_t i = 0; i < 2; i++) {
        const struct shared_value v = shared_get_in(p, file, tokens[i]);

        if (v.at == NULL)
            continue;
        /* An empty token means none; so the AWS CLI takes it. */
        return v.at->len == 0 && v.at->continued == 0 ? 0 : take(&v, KEYS_TOKEN, &o->key, e);
    }
    return 0;
}

/* ---- what leads elsewhere -------------------------------------------------------------- */

int
origin_source(const struct shared_value *v, struct origin *o, struct err *e)
{
    char text[32];

    if (shared_copy(v, text, sizeof(text), e) != 0)
        return -1;
    o->path = v->path;
    o->line = v->at->line;
    if (strcmp(text, "EcsContainer") == 0)
        o->kind = ORIGIN_CONTAINER;
    else if (strcmp(text, "Ec2InstanceMetadata") == 0)
        o->kind = ORIGIN_IMDS;
    else if (strcmp(text, "Environment") == 0)
        return shared_fault(v, e,
                            "Environment is not supported, nothing is read from the environment; "
                            "write source_profile and a profile with the keys");
    else
        return shared_fault(v, e, "is none of Ec2InstanceMetadata and EcsContainer");
    return 0;
}

static int
refuse(const struct shared_profile *p, const char *const *keys, const char *why, struct err *e)
{
    for (; *keys != NULL; keys++) {
        const struct shared_value v = shared_get(p, *keys);

        if (v.at != NULL)
            return shared_fault(&v, e, why);
    }
    return 0;
}

static int
take_web_identity(const struct shared_profile *p, const struct shared_value *v, struct origin *o,
                  struct err *e)
{
    if (shared_get(p, "role_arn").at == NULL)
        return shared_fault(v, e, "needs role_arn in the same profile");
    o->kind = ORIGIN_WEB_IDENTITY;
    o->path = v->path;
    o->line = v->at->line;
    if (shared_copy(v, o->token_path, sizeof(o->token_path), e) != 0)
        return -1;
    return role_read(p, &o->web, e);
}

static int
take_process(const struct shared_value *v, struct origin *o, struct err *e)
{
    o->kind = ORIGIN_PROCESS;
    o->path = v->path;
    o->line = v->at->line;
    return shared_copy(v, o->command, sizeof(o->command), e);
}

#define SSO "is not supported, nobody is there to sign in; let this host assume a role"

/* Nothing that botocore would take: what was meant? */
static int
find_nothing(const struct shared_profile *p, struct err *e)
{
    static const char *const links[] = {"source_profile", "credential_source", NULL};
    static const char *const sso[] = {"sso_session", "sso_start_url", NULL};
    const struct shared_value secret = shared_get(p, SECRET);
    const struct shared_file *file =
        p->credentials != NULL ? &p->files->credentials : &p->files->config;

    if (refuse(p, links, "needs role_arn in the same profile", e) != 0 ||
        refuse(p, sso, SSO, e) != 0)
        return -1;
    if (secret.at != NULL)
        return partial(&secret, ID, e);
    return err_set(e, ERR_ABSENT, "%s: the profile %s has no " ID, file->path, p->name);
}

int
origin_find(const struct shared_profile *p, struct origin *o, struct err *e)
{
    static const char *const sso[] = {"sso_role_name", "sso_account_id", NULL};
    const struct shared_value token = shared_get(p, "web_identity_token_file"),
                              process = shared_get(p, "credential_process");

    if (token.at != NULL && (token.at->len > 0 || token.at->continued != 0))
        return take_web_identity(p, &token, o, e);
    if (refuse(p, sso, SSO, e) != 0)
        return -1;
    if (shared_get_in(p, &p->files->credentials, ID).at != NULL)
        return take_keys(p, &p->files->credentials, o, e);
    if (process.at != NULL)
        return take_process(&process, o, e);
    if (shared_get_in(p, &p->files->config, ID).at != NULL)
        return take_keys(p, &p->files->config, o, e);
    return find_nothing(p, e);
}

int
origin_process(const struct shared_profile *p, struct origin *o, struct err *e)
{
    const struct shared_value v = shared_get(p, "credential_process");
    const struct shared_file *file = p->config != NULL ? &p->files->config : &p->files->credentials;

    if (v.at != NULL)
        return take_process(&v, o, e);
    return err_set(e, ERR_DENIED, "%s: the profile %s has no credential_process", file->path,
                   p->name);
}

bool
origin_has_keys(const struct shared_profile *p)
{
    return shared_get(p, ID).at != NULL || shared_get(p, SECRET).at != NULL;
}
