#include "cli/trust.h"

#include <stdio.h>
#include <string.h>

#include "cli/grant.h"
#include "cli/statement.h"

#define ASSUME              "sts:AssumeRole"
#define ASSUME_BY_TOKEN     "sts:AssumeRoleWithWebIdentity"
#define SET_SOURCE_IDENTITY "sts:SetSourceIdentity"

/* cred/identity.h, IDENTITY-3: longer names are cut, and keep at least so many bytes. */
#define NAME_MAX_BYTES 64
#define KEPT_BYTES     44

/* The values that a template can take: its beginning, and * for the rest. */
static void
pattern_of(const char *template, char out[STATEMENT_TEXT_MAX])
{
    size_t fixed = strcspn(template, "%");
    bool whole = fixed <= NAME_MAX_BYTES && template[fixed] == '\0';

    if (!whole && fixed > KEPT_BYTES)
        fixed = KEPT_BYTES;
    (void)snprintf(out, STATEMENT_TEXT_MAX, "%.*s%s", (int)fixed, template, whole ? "" : "*");
}

static void
principal(struct writer *w, const char *type, const char *arn)
{
    writer_open(w, "Principal", '{');
    writer_text(w, type, arn);
    writer_close(w, '}');
}

/* A token says who it is for and whose it is; both belong into the policy. */
static void
trust_token(struct writer *w, const struct trust_more *more)
{
    const char *arn = more->principal != NULL ? more->principal : "OIDC-PROVIDER-ARN";
    const char *issuer = strstr(arn, ":oidc-provider/");
    char key[STATEMENT_TEXT_MAX];

    issuer = issuer != NULL ? strchr(issuer, '/') + 1 : "OIDC-ISSUER";
    statement_open(w, "Assume", 0);
    principal(w, "Federated", arn);
    writer_text(w, "Action", ASSUME_BY_TOKEN);
    statement_open_condition(w, "StringEquals");
    (void)snprintf(key, sizeof(key), "%s:aud", issuer);
    writer_text(w, key, "sts.amazonaws.com");
    (void)snprintf(key, sizeof(key), "%s:sub", issuer);
    writer_text(w, key, "system:serviceaccount:NAMESPACE:SERVICE-ACCOUNT");
    statement_close_condition(w);
    writer_close(w, '}');
}

/* StringLike on names that are made from templates. */
static void
like_names(struct writer *w, const struct conf *c)
{
    char pattern[STATEMENT_TEXT_MAX];

    pattern_of(c->session_name, pattern);
    writer_open(w, "StringLike", '{');
    writer_text(w, "sts:RoleSessionName", pattern);
    if (c->source_identity != NULL) {
        pattern_of(c->source_identity, pattern);
        writer_text(w, "sts:SourceIdentity", pattern);
    }
    writer_close(w, '}');
}

static void
trust_role(struct writer *w, const struct conf *c, const struct conf_account *account,
           const struct trust_more *more)
{
    const char *arn = more->principal != NULL ? more->principal : "HOST-ROLE-ARN";
    char pattern[STATEMENT_TEXT_MAX];

    statement_open(w, "Assume", 0);
    principal(w, "AWS", arn);
    writer_text(w, "Action", ASSUME);
    writer_open(w, "Condition", '{');
    if (account->external_id != NULL || more->org != NULL) {
        writer_open(w, "StringEquals", '{');
        if (account->external_id != NULL)
            writer_text(w, "sts:ExternalId", account->external_id);
        if (more->org != NULL)
            writer_text(w, "aws:PrincipalOrgID", more->org);
        writer_close(w, '}');
    }
    like_names(w, c);
    writer_close(w, '}');
    writer_close(w, '}');
    if (c->source_identity == NULL)
        return;
    /* By itself, since it knows neither the external id nor the session's name. */
    statement_open(w, "Identify", 0);
    principal(w, "AWS", arn);
    writer_text(w, "Action", SET_SOURCE_IDENTITY);
    pattern_of(c->source_identity, pattern);
    statement_open_condition(w, "StringLike");
    writer_text(w, "sts:SourceIdentity", pattern);
    statement_close_condition(w);
    writer_close(w, '}');
}

void
trust_write(struct writer *w, const char *key, const struct conf *c,
            const struct conf_account *account, const struct trust_more *more)
{
    statement_open_policy(w, key);
    if (grant_by_token(c, account))
        trust_token(w, more);
    else
        trust_role(w, c, account, more);
    statement_close_policy(w);
}
