#include "conf/cross.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/template.h"
#include "conf/value.h"

static int
unknown_account(const struct scan *s, unsigned line, const char *name, struct err *e)
{
    return scan_fault(s, line, e, "no account '%s'; add [account %s], or name another", name, name);
}

int
cross_rule(const struct conf *c, const struct scan *s, const struct scan_section *in,
           const struct conf_rule *rule, struct err *e)
{
    if (rule->iam_user == NULL)
        return scan_fault(s, in->line, e, "[%s] has no iam_user; add iam_user = %%u", in->name);
    if (conf_find_account(c, rule->account) == NULL)
        return unknown_account(s, scan_line(s, in->name, "account"), rule->account, e);
    /* re_nsub counts the group around the whole, too. */
    if (template_check(rule->iam_user, rule->has_match,
                       rule->has_match ? rule->match.re_nsub - 1 : 0, e) != 0)
        return err_wrap(e, "%s:%u: iam_user", s->path, scan_line(s, in->name, "iam_user"));
    return 0;
}

/* An IAM user as IAM would tell it from others. */
struct identity {
    const char *account; /* its id where it is known: two sections may be one account */
    const struct conf_user *user;
};

static int
compare(const void *a, const void *b)
{
    const struct identity *x = a, *y = b;
    int order = strcmp(x->account, y->account);

    if (order == 0)
        order = strcasecmp(x->user->iam_user, y->user->iam_user);
    return order;
}

static int
compare_lines(const void *a, const void *b)
{
    const struct identity *x = a, *y = b;
    int order = compare(a, b);

    return order != 0 ? order : (x->user->line > y->user->line) - (x->user->line < y->user->line);
}

int
cross_users(const struct conf *c, const struct scan *s, struct err *e)
{
    struct identity *ids = calloc(c->user_count + 1, sizeof(*ids));
    size_t count = 0;
    int rc = -1;

    if (ids == NULL)
        return err_set(e, ERR_MEMORY, "%s: out of memory", s->path);
    for (size_t i = 0; i < c->user_count; i++) {
        const struct conf_user *user = &c->users[i];
        const struct conf_account *account = conf_find_account(c, user->account);

        if (account == NULL) {
            unknown_account(s, user->line, user->account, e);
            goto out;
        }
        if (*user->iam_user != '\0')
            ids[count++] =
                (struct identity){account->id != NULL ? account->id : account->name, user};
    }
    qsort(ids, count, sizeof(*ids), compare_lines);
    for (size_t i = 1; i < count; i++)
        if (compare(&ids[i - 1], &ids[i]) == 0) {
            scan_fault(
                s, ids[i].user->line, e,
                "'%s' becomes the same IAM user as '%s' in line %u; give each an IAM user of "
                "its own",
                ids[i].user->name, ids[i - 1].user->name, ids[i - 1].user->line);
            goto out;
        }
    rc = 0;
out:
    free(ids);
    return rc;
}

/* ---- roles ------------------------------------------------------------------------------- */

#define ARN_ACCOUNT_AT 4 /* arn:PARTITION:iam::ACCOUNT:role/NAME, counted in colons */

/* The digits of the role's account, and what follows them. */
static const char *
account_of(const char *arn)
{
    for (int i = 0; i < ARN_ACCOUNT_AT; i++)
        arn = strchr(arn, ':') + 1;
    return arn;
}

int
cross_ids(struct conf *c, struct err *e)
{
    for (size_t i = 0; i < c->account_count; i++) {
        struct conf_account *a = &c->accounts[i];
        const char *id = a->role_arn != NULL ? account_of(a->role_arn) : NULL;

        if (a->id == NULL && id != NULL && value_string(id, strcspn(id, ":"), &a->id, e) != 0)
            return -1;
    }
    return 0;
}

/* The section that an account's keys stand in. */
static const char *
section_of(const struct conf_account *a, char name[CONF_LINE_MAX])
{
    if (a->name[0] == '\0')
        return "aws";
    (void)snprintf(name, CONF_LINE_MAX, "account %s", a->name);
    return name;
}

int
cross_roles(const struct conf *c, const struct scan *s, struct err *e)
{
    char name[CONF_LINE_MAX];
    bool any = false;

    for (size_t i = 0; i < c->account_count; i++) {
        const struct conf_account *a = &c->accounts[i];
        const char *in = section_of(a, name);

        any = any || a->role_arn != NULL;
        if (a->role_arn != NULL && a->id != NULL &&
            strncmp(account_of(a->role_arn), a->id, strlen(a->id)) != 0)
            return scan_fault(s, scan_line(s, in, "role_arn"), e,
                              "role_arn is of another account than id = %s; correct one of the two",
                              a->id);
        if (a->external_id != NULL && a->role_arn == NULL)
            return scan_fault(s, scan_line(s, in, "external_id"), e,
                              "external_id without a role; add role_arn, or remove the line");
    }
    if (c->source_identity != NULL && !any)
        return scan_fault(s, scan_line(s, "aws", "source_identity"), e,
                          "source_identity without a role; add role_arn, or remove the line");
    return 0;
}

/* ---- where credentials come from --------------------------------------------------------- */

/* What STS takes with keys and not with a token: who asks for it must not get none. */
static int
not_by_token(const struct conf *c, const struct scan *s, struct err *e)
{
    char name[CONF_LINE_MAX];

    if (!conf_by_token(c))
        return 0;
    if (c->source_identity != NULL)
        return scan_fault(s, scan_line(s, "aws", "source_identity"), e,
                          "source_identity with a role by web_identity_token_file: the token "
                          "carries it; remove the line, or choose other credentials");
    for (size_t i = 0; i < c->account_count; i++)
        if (c->accounts[i].external_id != NULL)
            return scan_fault(s, scan_line(s, section_of(&c->accounts[i], name), "external_id"), e,
                              "external_id with a role by web_identity_token_file, which knows "
                              "none; remove the line, or choose other credentials");
    return 0;
}

/* Every account that can be meant needs a role: [aws] is one only where it is alone. */
static int
every_role(const struct conf *c, const struct scan *s, struct err *e)
{
    char name[CONF_LINE_MAX];

    for (size_t i = c->account_count > 1 ? 1 : 0; i < c->account_count; i++)
        if (c->accounts[i].role_arn == NULL)
            return scan_fault(s, scan_line(s, "aws", "credentials"), e,
                              "credentials = web_identity is for a role, and [%s] has none; add "
                              "role_arn there",
                              section_of(&c->accounts[i], name));
    return 0;
}

/* What each word of `credentials` needs. */
static int
word_needs(const struct conf *c, const struct scan *s, struct err *e)
{
    bool files = c->credentials_file != NULL || c->config_file != NULL;
    unsigned line = scan_line(s, "aws", "credentials");

    switch (c->credentials) {
    case CONF_CREDENTIALS_FILE:
        return files ? 0
                     : scan_fault(s, line, e,
                                  "credentials = file without a file; add credentials_file or "
                                  "config_file");
    case CONF_CREDENTIALS_PROCESS:
        return files ? 0
                     : scan_fault(s, line, e,
                                  "credentials = process without a profile that names the "
                                  "program; add config_file or credentials_file");
    case CONF_CREDENTIALS_WEB_IDENTITY:
        if (c->web_identity_token_file == NULL)
            return scan_fault(s, line, e,
                              "credentials = web_identity without a token; add "
                              "web_identity_token_file");
        return every_role(c, s, e);
    case CONF_CREDENTIALS_CONTAINER:
        return c->container_uri != NULL ? 0
                                        : scan_fault(s, line, e,
                                                     "credentials = container without an "
                                                     "address; add container_uri");
    case CONF_CREDENTIALS_AUTO:
    case CONF_CREDENTIALS_IMDS:
        break;
    }
    return 0;
}

int
cross_credentials(const struct conf *c, const struct scan *s, struct err *e)
{
    if (word_needs(c, s, e) != 0 || not_by_token(c, s, e) != 0)
        return -1;
    if (c->container_token_file != NULL && c->container_uri == NULL)
        return scan_fault(s, scan_line(s, "aws", "container_token_file"), e,
                          "container_token_file without container_uri; add it, or remove the line");
    if (c->profile != NULL && c->credentials_file == NULL && c->config_file == NULL)
        return scan_fault(s, scan_line(s, "aws", "profile"), e,
                          "profile without a file; add credentials_file or config_file, or remove "
                          "the line");
    if (c->proxy_auth_file != NULL && c->proxy == NULL)
        return scan_fault(s, scan_line(s, "aws", "proxy_auth_file"), e,
                          "proxy_auth_file without proxy; add it, or remove the line");
    return 0;
}

int
cross_create(const struct conf *c, const struct scan *s, struct err *e)
{
    if (c->create != CONF_CREATE_LOGIN)
        return 0;
    if (c->hold == 0)
        return scan_fault(s, scan_line(s, "password", "hold"), e,
                          "hold = none with create = login: nobody could ever read the password; "
                          "remove one of the two");
    if (c->source == CONF_SOURCE_ASK)
        return scan_fault(s, scan_line(s, "password", "source"), e,
                          "source = ask with create = login: a login asks nobody anything; remove "
                          "one of the two");
    return 0;
}
