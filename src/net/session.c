#include "net/session.h"

#include <stdio.h>
#include <string.h>

#include "cred/keys.h"
#include "net/caller.h"
#include "net/reply.h"

#define USER_AGENT "pam_iamlp/" IAMLP_VERSION

enum {
    TEMPLATE_SIZE = 129
};

/* wire's words are in the order of cred's. */
_Static_assert((int)WIRE_CREDENTIALS_PROCESS == (int)CRED_PROCESS &&
                   (int)WIRE_CREDENTIALS_IMDS == (int)CRED_IMDS,
               "the providers have one order");

/* What is kept is a struct cred's, byte for byte. */
_Static_assert(sizeof(((struct kept *)0)->id) == sizeof(((struct sigv4_key *)0)->access_key_id) &&
                   sizeof(((struct kept *)0)->region) == sizeof(((struct cred *)0)->region) &&
                   sizeof(((struct kept *)0)->provider) == CRED_PROVIDER_MAX,
               "the short ones have one size");
_Static_assert(KEPT_SECRET_MAX == KEYS_SECRET_MAX && KEPT_TOKEN_MAX == KEYS_TOKEN_MAX,
               "the long ones have one ceiling");

/* ---- what the frames say --------------------------------------------------------------- */

static const char *
given(const char *text)
{
    return text[0] != '\0' ? text : NULL;
}

#define TAKE(id, field) (void)frame_get_text(q, id, t->field, sizeof(t->field))

static void
read_files(struct session *ss, const struct frame *q)
{
    struct session_texts *t = &ss->texts;
    struct err e = ERR_INIT;

    TAKE(WIRE_F_PROFILE, profile);
    TAKE(WIRE_F_CREDENTIALS_PATH, credentials_path);
    TAKE(WIRE_F_CONFIG_PATH, config_path);
    t->credentials_file = frame_get_secret(q, WIRE_F_CREDENTIALS_FILE, &e);
    t->config_file = frame_get_secret(q, WIRE_F_CONFIG_FILE, &e);
    ss->source.choice =
        (enum cred_choice)frame_get_number(q, WIRE_F_CREDENTIALS, CRED_AUTO, CRED_IMDS, CRED_AUTO);
    ss->source.credentials_file = t->credentials_file;
    ss->source.config_file = t->config_file;
    ss->source.credentials_path = t->credentials_path;
    ss->source.config_path = t->config_path;
    ss->source.profile = given(t->profile);
}

static void
read_texts(struct session_texts *t, const struct frame *q)
{
    struct err e = ERR_INIT;

    TAKE(WIRE_F_REGION, region);
    TAKE(WIRE_F_ENDPOINT_URL, endpoint_url);
    TAKE(WIRE_F_STS_ENDPOINT_URL, sts_endpoint_url);
    TAKE(WIRE_F_PROXY, proxy);
    TAKE(WIRE_F_PROCESS_FAULT, process_fault);
    TAKE(WIRE_F_WEB_TOKEN_PATH, web_token_path);
    TAKE(WIRE_F_WEB_TOKEN_FAULT, web_token_fault);
    TAKE(WIRE_F_CONTAINER_URI, container_uri);
    TAKE(WIRE_F_CONTAINER_TOKEN_PATH, container_token_path);
    TAKE(WIRE_F_IMDS_URL, imds_url);
    TAKE(WIRE_F_IMDS_ROLE, imds_role);
    TAKE(WIRE_F_ROLE_ARN, role_arn);
    TAKE(WIRE_F_EXTERNAL_ID, external_id);
    TAKE(WIRE_F_CALLER, caller);
    t->ca_pem = frame_get_secret(q, WIRE_F_CA_PEM, &e);
    t->proxy_auth = frame_get_secret(q, WIRE_F_PROXY_AUTH, &e);
    t->process_output = frame_get_secret(q, WIRE_F_PROCESS_OUTPUT, &e);
    t->web_token = frame_get_secret(q, WIRE_F_WEB_TOKEN, &e);
    t->container_token = frame_get_secret(q, WIRE_F_CONTAINER_TOKEN, &e);
}

/* A template of `q` as STS takes it, or "". */
static int
make_name(const struct frame *q, enum wire_field id, const char *key, char out[IDENTITY_SIZE],
          struct err *e)
{
    char template[TEMPLATE_SIZE], user[256], host[256];

    if (!frame_get_text(q, id, template, sizeof(template)))
        return 0;
    (void)frame_get_text(q, WIRE_F_USER, user, sizeof(user));
    (void)frame_get_text(q, WIRE_F_HOST, host, sizeof(host));
    return identity_make(template, user, host, out, e) == 0 ? 0 : err_wrap(e, "%s", key);
}

/* What was kept for this very START; without it the copy stays empty. */
static void
read_kept(const struct frame *q, enum wire_field first, struct cred *c)
{
    struct err e = ERR_INIT;
    struct kept k;

    if (kept_get(q, first, &k, &e) != 0)
        return;
    memcpy(c->key.access_key_id, k.id, sizeof(c->key.access_key_id));
    c->key.secret_key = k.secret;
    c->key.session_token = k.token;
    c->key.expires = k.expires;
    memcpy(c->region, k.region, sizeof(c->region));
    memcpy(c->provider, k.provider, sizeof(c->provider));
}

static int
read_start(struct session *ss, const struct frame *q, struct err *e)
{
    struct session_texts *t = &ss->texts;
    struct cred_source *s = &ss->source;

    read_texts(t, q);
    s->choice =
        (enum cred_choice)frame_get_number(q, WIRE_F_CREDENTIALS, CRED_AUTO, CRED_IMDS, CRED_AUTO);
    s->process_output = t->process_output;
    s->process_fault = given(t->process_fault);
    s->web_token = t->web_token;
    s->web_token_path = given(t->web_token_path);
    s->web_token_fault = given(t->web_token_fault);
    s->container_uri = given(t->container_uri);
    s->container_token = t->container_token;
    s->container_token_path = given(t->container_token_path);
    s->imds_endpoint_url = given(t->imds_url);
    s->imds_role = given(t->imds_role);
    s->role_arn = given(t->role_arn);
    s->external_id = given(t->external_id);
    s->role_duration = (int)frame_get_number(q, WIRE_F_ROLE_DURATION, 1, 12 * 60 * 60, 0);
    s->region = given(t->region);
    s->sts_endpoint_url = given(t->sts_endpoint_url);
    s->fips = frame_get_number(q, WIRE_F_FIPS, 0, 1, 0) == 1;
    s->dualstack = frame_get_number(q, WIRE_F_DUALSTACK, 0, 1, 0) == 1;
    if (make_name(q, WIRE_F_SESSION_NAME, "session_name", t->session_name, e) != 0 ||
        make_name(q, WIRE_F_SOURCE_IDENTITY, "source_identity", t->source_identity, e) != 0)
        return -1;
    s->session_name = given(t->session_name);
    s->source_identity = given(t->source_identity);
    read_kept(q, WIRE_F_BASE, &ss->kept_base);
    read_kept(q, WIRE_F_ROLE, &ss->kept_role);
    s->kept_base = ss->kept_base.provider[0] != '\0' ? &ss->kept_base : NULL;
    s->kept_role = ss->kept_role.provider[0] != '\0' ? &ss->kept_role : NULL;
    return 0;
}

/* ---- keys ------------------------------------------------------------------------------------ */

static void
put_kept(struct frame *a, enum wire_field first, const struct cred *c, const char *region)
{
    struct kept k = {
        .secret = c->key.secret_key, .token = c->key.session_token, .expires = c->key.expires};

    /* Keys that do not expire are in a file already. */
    if (c->key.expires == 0)
        return;
    memcpy(k.id, c->key.access_key_id, sizeof(k.id));
    memcpy(k.region, region, sizeof(k.region));
    memcpy(k.provider, c->provider, sizeof(k.provider));
    kept_put(a, first, &k);
}

static int
resolve(struct session *ss, int64_t deadline, struct err *e)
{
    const struct cred_context context = {ss->http, ss->clock, &ss->retry, deadline};

    return cred_resolve(&ss->source, &context, &ss->cred, e);
}

/* The keys are known: where their account's IAM is, and what of them is worth keeping. */
static int
settle(struct session *ss, struct frame *a, struct err *e)
{
    const char *base = ss->cred.base.region, *role = ss->cred.role.region;
    const char *region = role[0] != '\0' ? role : base;
    struct endpoint_wish wish = {.url = given(ss->texts.endpoint_url),
                                 .fips = ss->source.fips,
                                 .dualstack = ss->source.dualstack};

    (void)snprintf(ss->region, sizeof(ss->region), "%s",
                   ss->texts.region[0] != '\0' ? ss->texts.region : region);
    wish.region = ss->region;
    if (endpoint_resolve(ENDPOINT_IAM, &wish, &ss->endpoint, e) != 0)
        return -1;
    if (ss->cred.base_new)
        put_kept(a, WIRE_F_BASE, &ss->cred.base, base);
    if (ss->cred.role_new)
        put_kept(a, WIRE_F_ROLE, &ss->cred.role, region);
    return 0;
}

/* New keys or kept ones, and may they be worked with? */
static int
take_keys(struct session *ss, int64_t deadline, struct frame *a, struct err *e)
{
    bool known = false;

    if (resolve(ss, deadline, e) != 0 || settle(ss, a, e) != 0 ||
        caller_check(ss, deadline, &known, e) != 0)
        return -1;
    if (known)
        frame_put_text(a, WIRE_F_CALLER, ss->cred.base.key.access_key_id);
    return 0;
}

bool
session_on_kept(const struct session *ss)
{
    return cred_of(&ss->cred) == &ss->cred.role
               ? !ss->cred.role_new && ss->source.kept_role != NULL
               : !ss->cred.base_new && ss->source.kept_base != NULL;
}

int
session_renew(struct session *ss, int64_t deadline, struct frame *a, struct err *e)
{
    cred_set_free(&ss->cred);
    ss->source.kept_base = NULL;
    ss->source.kept_role = NULL;
    frame_put_number(a, WIRE_F_REVOKED, 1);
    ss->started = take_keys(ss, deadline, a, e) == 0;
    return ss->started ? 0 : -1;
}

/* ---- the two frames ----------------------------------------------------------------- */

void
session_files(struct session *ss, const struct frame *q, struct frame *a)
{
    struct cred_needs needs;
    struct err e = ERR_INIT;

    ss->filed = true;
    read_files(ss, q);
    if (cred_needs(&ss->source, &needs, &e) != 0) {
        reply_err(a, &e);
        return;
    }
    reply_well(a);
    if (needs.command[0] != '\0')
        frame_put_text(a, WIRE_F_COMMAND, needs.command);
    if (needs.token_path[0] != '\0')
        frame_put_text(a, WIRE_F_WEB_TOKEN_PATH, needs.token_path);
}

static int
set_up(struct session *ss, const struct frame *q, int64_t deadline, struct frame *a, struct err *e)
{
    const struct session_texts *t = &ss->texts;
    struct http_options options = {.user_agent = USER_AGENT, .clock = ss->clock};

    if (read_start(ss, q, e) != 0)
        return -1;
    options.ca_pem = t->ca_pem != NULL ? secret_str(t->ca_pem) : NULL;
    options.ca_len = t->ca_pem != NULL ? secret_len(t->ca_pem) : 0;
    options.proxy = given(t->proxy);
    options.proxy_auth = t->proxy_auth;
    retry_init(&ss->retry);
    ss->http = http_open(&options, e);
    return ss->http != NULL ? take_keys(ss, deadline, a, e) : -1;
}

void
session_start(struct session *ss, const struct frame *q, int64_t deadline, struct frame *a)
{
    struct err e = ERR_INIT;

    ss->begun = true;
    ss->started = set_up(ss, q, deadline, a, &e) == 0;
    if (ss->started)
        reply_well(a);
    else
        reply_err(a, &e);
}

void
session_put_skew(const struct session *ss, struct frame *a)
{
    if (ss->retry.corrected)
        frame_put_number(a, WIRE_F_SKEW, ss->retry.skew_s);
}

void
session_free(struct session *ss)
{
    struct session_texts *t = &ss->texts;

    secret_free(t->credentials_file);
    secret_free(t->config_file);
    secret_free(t->ca_pem);
    secret_free(t->proxy_auth);
    secret_free(t->process_output);
    secret_free(t->web_token);
    secret_free(t->container_token);
    cred_free(&ss->kept_base);
    cred_free(&ss->kept_role);
    cred_set_free(&ss->cred);
    http_close(ss->http);
    memset(ss, 0, sizeof(*ss));
}
