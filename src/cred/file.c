/*
 * AWS's shared credentials and config files: static keys of one profile, found in
 * botocore's order.
 */
#include <stdio.h>
#include <string.h>

#include "cred/ini.h"
#include "cred/keys.h"
#include "cred/provider.h"

#define ID     "aws_access_key_id"
#define SECRET "aws_secret_access_key"

struct file {
    const char *path;
    struct ini *ini;                   /* NULL: not given */
    const struct ini_section *section; /* NULL: it does not know the profile */
};

struct files {
    const char *profile;
    struct file credentials, config;
};

/* Keys of profiles that lead elsewhere. Taking the static keys beside them would
 * act as somebody the AWS CLI, reading the same files, does not act as. */
static const struct later {
    const char *key;
    enum {
        ALWAYS,
        WITHOUT_CREDENTIALS,
        WITHOUT_KEYS
    } counts; /* as botocore looks */
} later[] = {
    {"role_arn", ALWAYS},
    {"web_identity_token_file", ALWAYS},
    {"sso_role_name", ALWAYS},
    {"sso_account_id", ALWAYS},
    {"credential_process", WITHOUT_CREDENTIALS},
    {"source_profile", WITHOUT_KEYS},
    {"credential_source", WITHOUT_KEYS},
    {"sso_session", WITHOUT_KEYS},
    {"sso_start_url", WITHOUT_KEYS},
};

static int
open_file(struct file *f, enum ini_dialect dialect, const struct secret *bytes, const char *path,
          const char *profile, struct err *e)
{
    if (bytes == NULL)
        return 0;
    f->path = path;
    f->ini = cred_ini_parse(secret_str(bytes), secret_len(bytes), path, e);
    if (f->ini == NULL)
        return -1;
    f->section = cred_ini_profile(f->ini, dialect, profile);
    return 0;
}

static const struct ini_value *
get(const struct file *f, const char *key)
{
    return f->ini != NULL ? cred_ini_get(f->ini, f->section, key) : NULL;
}

/* No file knows the profile. The two ways of writing its header are easily taken
 * for each other, so look for the other one. */
static int
no_such_profile(const struct files *f, struct err *e)
{
    const char *name = f->profile;

    if (f->credentials.ini != NULL &&
        cred_ini_profile(f->credentials.ini, INI_CONFIG, name) != NULL)
        return err_set(e, ERR_DENIED, "%s: in this file write [%s] without the word profile",
                       f->credentials.path, name);
    if (f->config.ini != NULL && cred_ini_profile(f->config.ini, INI_CREDENTIALS, name) != NULL)
        return err_set(e, ERR_DENIED, "%s: in this file write [profile %s] instead of [%s]",
                       f->config.path, name, name);
    return err_set(e, ERR_DENIED, "%s%s%s: no profile %s (names keep their case)",
                   f->credentials.ini != NULL ? f->credentials.path : "",
                   f->credentials.ini != NULL && f->config.ini != NULL ? " and " : "",
                   f->config.ini != NULL ? f->config.path : "", name);
}

static int
refuse_later(const struct files *f, struct err *e)
{
    bool in_credentials = get(&f->credentials, ID) != NULL;
    bool keys = in_credentials || get(&f->config, ID) != NULL;
    const struct file *both[] = {&f->credentials, &f->config};

    for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++) {
        if ((later[i].counts == WITHOUT_KEYS && keys) ||
            (later[i].counts == WITHOUT_CREDENTIALS && in_credentials))
            continue;
        for (size_t j = 0; j < 2; j++) {
            const struct ini_value *v = get(both[j], later[i].key);

            if (v != NULL)
                return err_set(e, ERR_FORMAT,
                               "%s:%u: %s is not available yet; choose a profile that holds " ID
                               " and " SECRET " alone",
                               both[j]->path, v->line, later[i].key);
        }
    }
    return 0;
}

static int
on_one_line(const struct file *f, const struct ini_value *v, const char *key, struct err *e)
{
    if (v->continued == 0)
        return 0;
    return err_set(e, ERR_FORMAT,
                   "%s:%u: this line is indented and so goes on with the value of %s on line %u; "
                   "take away the blanks at its start",
                   f->path, v->continued, key, v->line);
}

static int
take(const struct file *f, const char *key, enum keys_part part, struct sigv4_key *k, struct err *e)
{
    const struct ini_value *v = get(f, key);

    if (on_one_line(f, v, key, e) != 0)
        return -1;
    if (keys_set(k, part, v->text, v->len, e) != 0)
        return err_wrap(e, "%s:%u: %s", f->path, v->line, key);
    return 0;
}

/* One half of a pair was found; say where the other one is missing. */
static int
partial(const struct file *f, const char *found, const char *missing, struct err *e)
{
    const struct ini_value *v = get(f, found);

    /* An indented line may have swallowed the other half. */
    if (on_one_line(f, v, found, e) != 0)
        return -1;
    return err_set(e, ERR_FORMAT, "%s:%u: the profile has %s, but no %s; write both into it",
                   f->path, v->line, found, missing);
}

static int
take_keys(const struct file *f, struct sigv4_key *k, struct err *e)
{
    /* The first is the old name; botocore looks for it first. */
    static const char *const tokens[] = {"aws_security_token", "aws_session_token"};

    if (get(f, SECRET) == NULL)
        return partial(f, ID, SECRET, e);
    if (take(f, ID, KEYS_ID, k, e) != 0 || take(f, SECRET, KEYS_SECRET, k, e) != 0)
        return -1;
    for (size_t i = 0; i < 2; i++) {
        const struct ini_value *v = get(f, tokens[i]);

        if (v == NULL)
            continue;
        /* An empty token means none; so the AWS CLI takes it. */
        return v->len == 0 && v->continued == 0 ? 0 : take(f, tokens[i], KEYS_TOKEN, k, e);
    }
    return 0;
}

static int
take_region(const struct files *f, struct cred *out, struct err *e)
{
    const struct file *from = get(&f->credentials, "region") != NULL ? &f->credentials : &f->config;
    const struct ini_value *v = get(from, "region");

    if (v == NULL || (v->len == 0 && v->continued == 0))
        return 0;
    if (on_one_line(from, v, "region", e) != 0)
        return -1;
    if (!keys_region(v->text, v->len))
        return err_set(e, ERR_FORMAT, "%s:%u: region is no region's name such as us-east-1",
                       from->path, v->line);
    (void)snprintf(out->region, sizeof(out->region), "%.*s", (int)v->len, v->text);
    return 0;
}

static enum provider_verdict
resolve(const struct files *f, struct cred *out, struct err *e)
{
    const struct file *from = get(&f->credentials, ID) != NULL ? &f->credentials : &f->config;

    if (f->credentials.section == NULL && f->config.section == NULL) {
        no_such_profile(f, e);
        return PROVIDER_FAILED;
    }
    if (refuse_later(f, e) != 0 || take_region(f, out, e) != 0)
        return PROVIDER_FAILED;
    if (get(from, ID) != NULL)
        return take_keys(from, &out->key, e) == 0 ? PROVIDER_FOUND : PROVIDER_FAILED;
    from = get(&f->credentials, SECRET) != NULL ? &f->credentials : &f->config;
    if (get(from, SECRET) != NULL) {
        partial(from, SECRET, ID, e);
        return PROVIDER_FAILED;
    }
    from = f->credentials.section != NULL ? &f->credentials : &f->config;
    err_set(e, ERR_DENIED, "%s: the profile %s has no " ID, from->path, f->profile);
    /* A config file alone may be there for its region. */
    return f->credentials.ini == NULL ? PROVIDER_ABSENT : PROVIDER_FAILED;
}

enum provider_verdict
file_resolve(const struct cred_source *s, const struct cred_context *c, struct cred *out,
             struct err *e)
{
    struct files f = {.profile = s->profile != NULL ? s->profile : "default"};
    enum provider_verdict verdict = PROVIDER_FAILED;

    (void)c;
    if (s->credentials_file == NULL && s->config_file == NULL) {
        err_set(e, ERR_DENIED, "neither credentials_file nor config_file is given");
        return PROVIDER_ABSENT;
    }
    if (open_file(&f.credentials, INI_CREDENTIALS, s->credentials_file, s->credentials_path,
                  f.profile, e) == 0 &&
        open_file(&f.config, INI_CONFIG, s->config_file, s->config_path, f.profile, e) == 0)
        verdict = resolve(&f, out, e);
    cred_ini_free(f.credentials.ini);
    cred_ini_free(f.config.ini);
    return verdict;
}
