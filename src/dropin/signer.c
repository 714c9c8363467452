#include "dropin/signer.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/program.h"
#include "cred/keys.h"
#include "cred/profile.h"
#include "dropin/param.h"
#include "dropin/vars.h"

#define SESSION_NAME "iamlp"
#define AGENT_OF_ECS "http://169.254.170.2"

#define PROGRAM_MS (60 * 1000)

/* Where to look, and what was read for it. */
struct search {
    const struct settings *settings;
    const struct cred_context *context;
    struct signer *to;
    struct cred_source source;
    struct secret *token, *output; /* of web identity, of a program */
    struct secret *container_token;
    char token_path[SETTINGS_PATH_SIZE], container[256], imds[256];
    struct err why;
    struct err *e;
};

static enum signer_verdict
resolve(struct search *s, enum cred_choice choice, const char *from)
{
    s->source.choice = choice;
    if (cred_resolve(&s->source, s->context, &s->to->set, s->e) == 0) {
        (void)snprintf(s->to->from, sizeof(s->to->from), "%s", from);
        return SIGNER_FOUND;
    }
    return SIGNER_FAILED;
}

/* ---- environment --------------------------------------------------------------------------- */

static enum signer_verdict
from_environment(struct search *s)
{
    static const char *const names[] = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
                                        "AWS_SESSION_TOKEN"};
    static const enum keys_part parts[] = {KEYS_ID, KEYS_SECRET, KEYS_TOKEN};
    struct cred *base = &s->to->set.base;

    if (s->settings->named || vars_filled(names[0]) == NULL)
        return SIGNER_NONE;
    if (vars_filled(names[1]) == NULL) {
        err_set(s->e, ERR_DENIED, "Partial credentials found in env, missing: %s", names[1]);
        return SIGNER_FAILED;
    }
    for (size_t i = 0; i < 3; i++) {
        const char *value = vars_filled(names[i]);

        if (i == 2 && value == NULL)
            value = vars_filled("AWS_SECURITY_TOKEN");
        if (value != NULL && keys_set(&base->key, parts[i], value, strlen(value), s->e) != 0) {
            err_wrap(s->e, "%s", names[i]);
            return SIGNER_FAILED;
        }
    }
    (void)snprintf(base->provider, sizeof(base->provider), "environment");
    (void)snprintf(s->to->from, sizeof(s->to->from), "the environment");
    return SIGNER_FOUND;
}

/* ---- tokens and programs -------------------------------------------------------------------- */

/* Why it cannot be read is said only where the token turns out to be needed. */
static void
read_token(struct search *s, const char *path)
{
    if (vars_expand(path, s->token_path, sizeof(s->token_path), &s->why) == 0)
        s->token = param_read(s->token_path, &s->why);
    s->source.web_token = s->token;
    s->source.web_token_path = s->token_path;
    s->source.web_token_fault = s->token == NULL ? s->why.msg : NULL;
}

static enum signer_verdict
from_web_identity(struct search *s)
{
    const char *path = vars_filled("AWS_WEB_IDENTITY_TOKEN_FILE");
    enum signer_verdict verdict;

    if (s->settings->named || path == NULL)
        return SIGNER_NONE;
    s->source.role_arn = vars_filled("AWS_ROLE_ARN");
    if (s->source.role_arn == NULL) {
        err_set(s->e, ERR_CONFIG, "AWS_WEB_IDENTITY_TOKEN_FILE needs AWS_ROLE_ARN");
        return SIGNER_FAILED;
    }
    read_token(s, path);
    verdict = resolve(s, CRED_WEB_IDENTITY, "a token of web identity");
    return verdict == SIGNER_FAILED && s->e->code == ERR_DENIED && s->token != NULL ? SIGNER_REFUSED
                                                                                    : verdict;
}

/* ---- the profile ----------------------------------------------------------------------------- */

/* Read the token that the profile names, and run its program. */
static int
provide(struct search *s)
{
    struct cred_needs needs;

    s->source.choice = CRED_FILE;
    if (cred_needs(&s->source, &needs, s->e) != 0)
        return -1;
    if (needs.token_path[0] != '\0')
        read_token(s, needs.token_path);
    if (needs.command[0] != '\0' && s->settings->foreign) {
        s->source.process_fault =
            "root does not run what stands in a file of somebody else's, or that everybody can "
            "write; is HOME root's own?";
    } else if (needs.command[0] != '\0') {
        s->output = program_run(needs.command, vars_all(), s->context->clock,
                                s->context->clock->mono_ms() + PROGRAM_MS, &s->why);
        s->source.process_output = s->output;
        s->source.process_fault = s->output == NULL ? s->why.msg : NULL;
    }
    return 0;
}

static enum signer_verdict
from_profile(struct search *s)
{
    char region[ENDPOINT_REGION_SIZE];
    enum signer_verdict verdict;
    struct profile *p = NULL;
    size_t roles;

    if (!s->settings->known)
        return SIGNER_NONE;
    p = profile_read(&s->source, region, s->e);
    if (p == NULL && s->e->code == ERR_ABSENT) {
        err_clear(s->e);
        return SIGNER_NONE;
    }
    if (p == NULL)
        return SIGNER_FAILED;
    roles = p->count;
    profile_free(p);
    if (provide(s) != 0)
        return SIGNER_FAILED;
    verdict = resolve(s, CRED_FILE, "the profile");
    return verdict == SIGNER_FAILED && s->e->code == ERR_DENIED && roles > 0 ? SIGNER_REFUSED
                                                                             : verdict;
}

/* ---- services of this host ---------------------------------------------------------- */

/* Where they are, also for profiles that lead to one of them. */
static int
find_services(struct search *s)
{
    const char *full = vars_filled("AWS_CONTAINER_CREDENTIALS_FULL_URI"),
               *relative = vars_filled("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"),
               *token = vars_filled("AWS_CONTAINER_AUTHORIZATION_TOKEN"),
               *file = vars_filled("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"),
               *imds = vars_filled("AWS_EC2_METADATA_SERVICE_ENDPOINT");

    if (imds != NULL) {
        size_t len = strlen(imds);

        (void)snprintf(s->imds, sizeof(s->imds), "%.*s", (int)(len - (imds[len - 1] == '/')), imds);
        s->source.imds_endpoint_url = s->imds;
    }
    if (full == NULL && relative == NULL)
        return 0;
    (void)snprintf(s->container, sizeof(s->container), "%s%s", relative != NULL ? AGENT_OF_ECS : "",
                   relative != NULL ? relative : full);
    s->source.container_uri = s->container;
    s->source.container_token_path = file != NULL ? file : "AWS_CONTAINER_AUTHORIZATION_TOKEN";
    if (file != NULL)
        s->container_token = param_read(file, s->e);
    else if (token != NULL)
        s->container_token = secret_from(token, strlen(token), s->e);
    s->source.container_token = s->container_token;
    return s->container_token != NULL || (file == NULL && token == NULL) ? 0 : -1;
}

static enum signer_verdict
from_container(struct search *s)
{
    if (s->source.container_uri == NULL)
        return SIGNER_NONE;
    return resolve(s, CRED_CONTAINER, "the container's service");
}

static enum signer_verdict
from_imds(struct search *s)
{
    const char *off = vars_get("AWS_EC2_METADATA_DISABLED");

    if (off != NULL && strcasecmp(off, "true") == 0)
        return SIGNER_NONE;
    /* Where this machine is none of AWS's, nobody answers there, and that is no fault. */
    return resolve(s, CRED_IMDS, "IMDS") == SIGNER_FOUND ? SIGNER_FOUND : SIGNER_NONE;
}

/* ---- all of them ------------------------------------------------------------------------- */

enum signer_verdict
signer_find(struct signer *to, const struct settings *settings, const struct cred_context *c,
            struct err *e)
{
    static enum signer_verdict (*const places[])(struct search *) = {
        from_environment, from_web_identity, from_profile, from_container, from_imds};
    const char *name = vars_filled("AWS_ROLE_SESSION_NAME");
    enum signer_verdict verdict = SIGNER_NONE;
    struct search s = {.settings = settings, .context = c, .to = to, .e = e};

    memset(to, 0, sizeof(*to));
    s.source.credentials_file = settings->credentials;
    s.source.config_file = settings->config;
    s.source.credentials_path = settings->credentials_path;
    s.source.config_path = settings->config_path;
    s.source.profile = settings->profile;
    s.source.region = settings->region[0] != '\0' ? settings->region : NULL;
    s.source.fips = settings->fips;
    s.source.dualstack = settings->dualstack;
    s.source.session_name = name != NULL ? name : SESSION_NAME;
    if (find_services(&s) != 0)
        verdict = SIGNER_FAILED;
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]) && verdict == SIGNER_NONE; i++) {
        err_clear(e);
        verdict = places[i](&s);
    }
    if (verdict == SIGNER_NONE)
        err_set(e, ERR_DENIED,
                "Unable to locate credentials; put them into the environment, or into "
                "~/.aws/credentials");
    secret_free(s.token);
    secret_free(s.container_token);
    secret_free(s.output);
    return verdict;
}

void
signer_free(struct signer *s)
{
    cred_set_free(&s->set);
}
