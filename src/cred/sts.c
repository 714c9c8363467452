#include "cred/sts.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "aws/query.h"
#include "aws/xml.h"
#include "base/when.h"
#include "cred/keys.h"
#include "cred/provider.h"
#include "cred/stsfault.h"

#define VERSION "2011-06-15"
#define STS_MS  10000 /* one call with its repetitions */

#define USER_MAX 2400 /* bytes of an assumed role's ARN */

#define DURATION_MAX_S 43200
#define SKEW_S         900 /* what AWS lets a clock be off */

#define WITH_TOKEN "AssumeRoleWithWebIdentity"

static const char *
action_of(const struct sts_role *role)
{
    return role->web_token != NULL ? WITH_TOKEN : "AssumeRole";
}

/* ---- the request ----------------------------------------------------------------------- */

static int
add(struct secret *body, const char *name, const char *value, struct err *e)
{
    return value != NULL && *value != '\0' ? query_add(body, name, value, strlen(value), e) : 0;
}

static struct secret *
compose(const struct sts_role *role, struct err *e)
{
    struct secret *body = query_begin(action_of(role), VERSION, e);
    const struct secret *token = role->web_token;
    char duration[16] = "";

    if (role->duration > 0)
        (void)snprintf(duration, sizeof(duration), "%d", role->duration);
    if (body != NULL && add(body, "RoleArn", role->arn, e) == 0 &&
        add(body, "RoleSessionName", role->session_name, e) == 0 &&
        add(body, "DurationSeconds", duration, e) == 0 &&
        add(body, "ExternalId", role->external_id, e) == 0 &&
        add(body, "SourceIdentity", role->source_identity, e) == 0 &&
        (token == NULL ||
         query_add(body, "WebIdentityToken", secret_str(token), secret_len(token), e) == 0))
        return body;
    secret_free(body);
    return NULL;
}

/* ---- the answer ------------------------------------------------------------------------ */

/* What is to be the AssumedRoleUser's ARN: of "arn:P:iam::ACCOUNT:role/PATH/NAME" it is
 * "arn:P:sts::ACCOUNT:assumed-role/NAME/SESSION". */
static int
assumed_arn(const struct sts_role *role, struct buf *out, struct err *e)
{
    static const char middle[] = ":iam::", kind[] = ":role/";
    const char *iam = strstr(role->arn, middle), *account = NULL, *at = NULL, *name = NULL;

    if (iam != NULL) {
        account = iam + strlen(middle);
        at = account + strspn(account, "0123456789");
    }
    if (strncmp(role->arn, "arn:", 4) != 0 || at == NULL || at == account ||
        strncmp(at, kind, strlen(kind)) != 0 || (name = strrchr(at, '/') + 1)[0] == '\0')
        return err_set(e, ERR_CONFIG,
                       "this is no role's ARN; write arn:aws:iam::ACCOUNT:role/NAME");
    buf_addf(out, "%.*s:sts::%.*s:assumed-role/%s/%s", (int)(iam - role->arn), role->arn,
             (int)(at - account), account, name, role->session_name);
    return buf_check(out, "the role's ARN", e);
}

/* The members that make an answer complete: the parts of the keys (cred/keys.h), and two more. */
enum {
    EXPIRES = KEYS_TOKEN + 1,
    USER,
    PARTS
};

/* Below "ActionResponse/ActionResult/". */
static const char *const paths[PARTS] = {
    [KEYS_ID] = "Credentials/AccessKeyId",
    [KEYS_SECRET] = "Credentials/SecretAccessKey",
    [KEYS_TOKEN] = "Credentials/SessionToken",
    [EXPIRES] = "Credentials/Expiration",
    [USER] = "AssumedRoleUser/Arn",
};

struct reading {
    const char *action;
    const char *user; /* the AssumedRoleUser's ARN */
    struct sigv4_key *key;
    bool seen[PARTS];
    struct err *e;
};

/* The path below "ActionResponse/ActionResult/", or NULL. */
static const char *
below(const char *path, const char *action)
{
    static const char *const levels[] = {"Response/", "Result/"};
    size_t n = strlen(action);

    for (size_t i = 0; i < 2; i++) {
        if (strncmp(path, action, n) != 0 || strncmp(path + n, levels[i], strlen(levels[i])) != 0)
            return NULL;
        path += n + strlen(levels[i]);
    }
    return path;
}

static int
take(struct reading *r, size_t part, const char *text)
{
    if (r->seen[part])
        return err_set(r->e, ERR_FORMAT, "it stands there twice");
    r->seen[part] = true;
    if (part == EXPIRES)
        return when_parse(text, &r->key->expires) == 0
                   ? 0
                   : err_set(r->e, ERR_FORMAT, "it is not a date");
    if (part == USER)
        return strcmp(text, r->user) == 0
                   ? 0
                   : err_set(r->e, ERR_FORMAT, "another role or session than was asked for");
    return keys_set(r->key, (enum keys_part)part, text, strlen(text), r->e);
}

static int
on_element(const char *path, const char *text, void *arg)
{
    struct reading *r = arg;
    const char *name = below(path, r->action);

    for (size_t i = 0; name != NULL && i < PARTS; i++)
        if (strcmp(name, paths[i]) == 0)
            return take(r, i, text) == 0 ? 0 : err_wrap(r->e, "%s", paths[i]);
    return 0;
}

static int
check(const struct reading *r, int64_t now, struct err *e)
{
    for (size_t i = 0; i < PARTS; i++)
        if (!r->seen[i])
            return err_set(e, ERR_FORMAT, "%s is missing", paths[i]);
    if (r->key->expires <= now - SKEW_S || r->key->expires > now + DURATION_MAX_S + SKEW_S)
        return err_set(e, ERR_FORMAT,
                       "the session is over, or lasts for more than twelve hours; or is the clock "
                       "of this host wrong?");
    return 0;
}

static int
read_answer(const struct sts_role *role, const char *user, const struct secret *body, int64_t now,
            struct sigv4_key *key, struct err *e)
{
    struct reading r = {.action = action_of(role), .user = user, .key = key, .e = e};

    if (xml_parse(secret_str(body), secret_len(body), on_element, &r, e) == 0 &&
        check(&r, now, e) == 0)
        return 0;
    sigv4_key_free(key);
    return err_wrap(e, "role %.160s: STS's answer", role->arn);
}

/* ---- the call -------------------------------------------------------------------------- */

static int
call(const struct cred_source *s, const struct cred_context *c, const struct endpoint *ep,
     const struct sigv4_key *key, const struct sts_role *role, const char *user, struct cred *out,
     struct err *e)
{
    const struct query_target target = {
        .http = c->http,
        .endpoint = ep,
        .key = role->web_token != NULL ? NULL : key,
        .clock = c->clock,
        .deadline = provider_deadline(c, STS_MS),
        .retry = c->retry,
    };
    struct secret *body = compose(role, e);
    struct query_answer a = {0};
    int rc = -1;

    if (body == NULL || query_call(&target, body, false, &a, e) != 0)
        goto out;
    if (a.fault != FAULT_NONE)
        rc = stsfault_say(s, ep, role, &a, e);
    else
        rc = read_answer(role, user, a.body, provider_now(c), &out->key, e);
out:
    query_answer_free(&a);
    secret_free(body);
    return rc;
}

int
sts_assume(const struct cred_source *s, const struct cred_context *c, const char *region,
           const struct sigv4_key *key, const struct sts_role *role, struct cred *out,
           struct err *e)
{
    const struct endpoint_wish wish = {
        .region = region,
        .url = s->sts_endpoint_url,
        .fips = s->fips,
        .dualstack = s->dualstack,
    };
    struct endpoint ep;
    struct buf user;
    int rc = -1;

    buf_init(&user, USER_MAX);
    if (assumed_arn(role, &user, e) != 0 || endpoint_resolve(ENDPOINT_STS, &wish, &ep, e) != 0)
        rc = err_wrap(e, "role %.160s", role->arn);
    else
        rc = call(s, c, &ep, key, role, buf_str(&user), out, e);
    buf_free(&user);
    return rc;
}
