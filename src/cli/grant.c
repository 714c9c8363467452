#include "cli/grant.h"

#include <stdio.h>
#include <string.h>

#include "cli/statement.h"

/* The calls of iamlp-net; tests/check/policies.py holds them to its tables. */
#define GET_USER            "iam:GetUser"
#define GET_LOGIN_PROFILE   "iam:GetLoginProfile"
#define CREATE              "iam:CreateLoginProfile"
#define UPDATE              "iam:UpdateLoginProfile"
#define TAG_USER            "iam:TagUser"
#define GET_PASSWORD_POLICY "iam:GetAccountPasswordPolicy"
#define SIMULATE            "iam:SimulatePrincipalPolicy"
#define ASSUME              "sts:AssumeRole"
#define SET_SOURCE_IDENTITY "sts:SetSourceIdentity"

#define TICKET      "pending" /* the value of require_tag that makes it a ticket */
#define TICKET_USED "done"

/* ---- where the users are ------------------------------------------------------------------- */

/* By the region's beginning; every other one is of "aws". aws/endpoint has more of them,
 * and this program is not linked with what talks to AWS. */
static const struct {
    const char *prefix, *partition;
} partitions[] = {
    {"cn-", "aws-cn"},         {"us-gov-", "aws-us-gov"}, {"us-iso-", "aws-iso"},
    {"us-isob-", "aws-iso-b"}, {"eu-isoe-", "aws-iso-e"}, {"us-isof-", "aws-iso-f"},
    {"eusc-de-", "aws-eusc"},
};

static const char *
partition_of(const struct conf_account *account)
{
    for (size_t i = 0; account->region != NULL && i < sizeof(partitions) / sizeof(partitions[0]);
         i++)
        if (strncmp(account->region, partitions[i].prefix, strlen(partitions[i].prefix)) == 0)
            return partitions[i].partition;
    return "aws";
}

/* The users under require_path. A role's session works in the role's own account. */
static void
users_of(const struct conf_account *account, char out[STATEMENT_TEXT_MAX])
{
    char path[STATEMENT_TEXT_MAX - 128];
    const char *end = NULL;

    statement_escape(path, sizeof(path),
                     account->require_path != NULL ? account->require_path : "/");
    if (account->role_arn != NULL)
        end = strstr(account->role_arn, ":role/");
    if (end != NULL)
        (void)snprintf(out, STATEMENT_TEXT_MAX, "%.*s:user%s*", (int)(end - account->role_arn),
                       account->role_arn, path);
    else
        (void)snprintf(out, STATEMENT_TEXT_MAX, "arn:%s:iam::%s:user%s*", partition_of(account),
                       account->id != NULL ? account->id : "*", path);
}

static bool
is_ticket(const struct conf_account *account)
{
    return account->require_tag_key != NULL && strcmp(account->require_tag_value, TICKET) == 0;
}

/* aws:ResourceTag/KEY is one of these values. */
static void
resource_tag(struct writer *w, const struct conf_account *account, const char *const *values)
{
    char key[STATEMENT_TEXT_MAX];

    (void)snprintf(key, sizeof(key), "aws:ResourceTag/%s", account->require_tag_key);
    statement_list(w, key, values);
}

/* The user has the tag, or had it and the ticket is used up. */
static void
require_tag(struct writer *w, const struct conf_account *account, bool used_too)
{
    char value[STATEMENT_TEXT_MAX];

    if (account->require_tag_key == NULL)
        return;
    statement_escape(value, sizeof(value), account->require_tag_value);
    statement_open_condition(w, "StringEquals");
    resource_tag(w, account,
                 used_too && is_ticket(account) ? STATEMENT_WORDS(TICKET, TICKET_USED)
                                                : STATEMENT_WORDS(value));
    statement_close_condition(w);
}

/* TagUser that can do nothing but use the ticket up. A try that was not answered is sent
 * again, so a used one may be used up once more. */
static void
use_ticket(struct writer *w, const struct conf_account *account, const char *users, size_t number)
{
    char key[STATEMENT_TEXT_MAX];

    statement_open(w, "UseTicket", number);
    writer_text(w, "Action", TAG_USER);
    writer_text(w, "Resource", users);
    statement_open_condition(w, "StringEquals");
    resource_tag(w, account, STATEMENT_WORDS(TICKET, TICKET_USED));
    (void)snprintf(key, sizeof(key), "aws:RequestTag/%s", account->require_tag_key);
    writer_text(w, key, TICKET_USED);
    writer_close(w, '}');
    writer_open(w, "ForAllValues:StringEquals", '{');
    writer_text(w, "aws:TagKeys", account->require_tag_key);
    statement_close_condition(w);
    writer_close(w, '}');
}

/* What the story asks of IAM about the account's users. */
static void
iam_statements(struct writer *w, const struct conf *c, const struct conf_account *account,
               size_t number)
{
    char users[STATEMENT_TEXT_MAX];

    users_of(account, users);
    statement_open(w, "Look", number);
    statement_list(w, "Action", STATEMENT_WORDS(GET_USER, GET_LOGIN_PROFILE));
    writer_text(w, "Resource", users);
    writer_close(w, '}');
    statement_open(w, "Create", number);
    writer_text(w, "Action", CREATE);
    writer_text(w, "Resource", users);
    require_tag(w, account, false);
    writer_close(w, '}');
    if (c->reissue) {
        statement_open(w, "Reissue", number);
        writer_text(w, "Action", UPDATE);
        writer_text(w, "Resource", users);
        require_tag(w, account, true);
        writer_close(w, '}');
    }
    if (is_ticket(account))
        use_ticket(w, account, users, number);
}

/* ---- the documents --------------------------------------------------------------------------- */

bool
grant_by_token(const struct conf *c, const struct conf_account *account)
{
    return conf_by_token(c) && account->role_arn != NULL;
}

void
grant_host(struct writer *w, const char *key, const struct conf *c, const struct conf_account *only)
{
    statement_open_policy(w, key);
    for (size_t i = 0; i < c->account_count; i++) {
        const struct conf_account *account = &c->accounts[i];

        if (only != NULL ? account != only : !conf_serves(c, account))
            continue;
        if (account->role_arn == NULL) {
            iam_statements(w, c, account, i);
        } else if (!grant_by_token(c, account)) {
            statement_open(w, "Assume", i);
            statement_list(w, "Action",
                           c->source_identity != NULL ? STATEMENT_WORDS(ASSUME, SET_SOURCE_IDENTITY)
                                                      : STATEMENT_WORDS(ASSUME));
            writer_text(w, "Resource", account->role_arn);
            writer_close(w, '}');
        }
    }
    statement_close_policy(w);
}

void
grant_role(struct writer *w, const char *key, const struct conf *c,
           const struct conf_account *account)
{
    statement_open_policy(w, key);
    iam_statements(w, c, account, 0);
    statement_close_policy(w);
}

void
grant_optional(struct writer *w, const char *key)
{
    statement_open_policy(w, key);
    statement_open(w, "FitThePasswordPolicy", 0);
    writer_text(w, "Action", GET_PASSWORD_POLICY);
    writer_text(w, "Resource", "*"); /* it belongs to no user */
    writer_close(w, '}');
    statement_open(w, "SeeWhatIsAllowed", 0);
    writer_text(w, "Action", SIMULATE);
    writer_text(w, "Resource", "*"); /* of the host's own identity, too, which is not known here */
    writer_close(w, '}');
    statement_close_policy(w);
}
