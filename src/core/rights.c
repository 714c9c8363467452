#include "core/rights.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "core/mfa.h"

#define RIGHTS  "rights"
#define SIGN_IN "first sign-in"

enum {
    ACTIONS_MAX = 512
};

static void __attribute__((format(printf, 4, 5)))
tell(const struct rights *r, enum wire_level level, const char *area, const char *fmt, ...)
{
    char text[1024];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    client_finding(r->client, level, area, r->section, text);
}

/* ---- the host ----------------------------------------------------------------------- */

/* Rights that the story needs, and some that whoever took this host over would like. */
static const struct {
    const char *action;
    enum {
        NEEDED,
        IF_REISSUE,
        TOO_MANY
    } when;
} wanted[] = {
    {"iam:GetUser", NEEDED},
    {"iam:GetLoginProfile", NEEDED},
    {"iam:CreateLoginProfile", NEEDED},
    {"iam:UpdateLoginProfile", IF_REISSUE},
    {"iam:DeleteLoginProfile", TOO_MANY},
    {"iam:CreateAccessKey", TOO_MANY},
    {"iam:AttachUserPolicy", TOO_MANY},
    {"iam:PutUserPolicy", TOO_MANY},
};

enum {
    WANTED = sizeof(wanted) / sizeof(wanted[0])
};

/* Policies belong to users and roles, not to sessions: "arn:P:sts::ID:assumed-role/NAME/..."
 * is one of "arn:P:iam::ID:role/NAME". A role's path is not in there; of the configured one
 * the ARN is known. */
static bool
principal_of(const struct rights *r, char out[ASK_ARN_MAX])
{
    static const char session[] = ":assumed-role/", service[] = ":sts::";
    const char *role = strstr(r->caller, session), *at = strstr(r->caller, service);
    size_t name;

    if (r->ask->account->role_arn != NULL && role != NULL) {
        (void)snprintf(out, ASK_ARN_MAX, "%s", r->ask->account->role_arn);
        return true;
    }
    if (role == NULL || at == NULL) {
        (void)snprintf(out, ASK_ARN_MAX, "%s", r->caller);
        return strstr(r->caller, ":user/") != NULL;
    }
    name = strcspn(role + strlen(session), "/");
    at += strlen(service);
    (void)snprintf(out, ASK_ARN_MAX, "%.*s:iam::%.*s:role/%.*s",
                   (int)(at - strlen(service) - r->caller), r->caller, (int)(role - at), at,
                   (int)name, role + strlen(session));
    return true;
}

static void
name_actions(char out[ACTIONS_MAX])
{
    size_t used = 0;

    for (size_t i = 0; i < WANTED; i++)
        used += (size_t)snprintf(out + used, ACTIONS_MAX - used, "%s%s", i > 0 ? "," : "",
                                 wanted[i].action);
}

static void
add_name(struct buf *list, size_t i)
{
    buf_addf(list, "%s%s", list->len > 0 ? ", " : "", wanted[i].action + strlen("iam:"));
}

static void
judge_host(struct rights *r, const char *decisions)
{
    bool reissue = r->ask->conf->reissue;
    struct buf have, missing, many;

    buf_init(&have, ACTIONS_MAX);
    buf_init(&missing, ACTIONS_MAX);
    buf_init(&many, ACTIONS_MAX);
    for (size_t i = 0; i < WANTED; i++) {
        bool needed = wanted[i].when == NEEDED || (wanted[i].when == IF_REISSUE && reissue);
        bool allowed = decisions[i] == 'a';

        if (needed)
            add_name(allowed ? &have : &missing, i);
        else if (allowed)
            add_name(&many, i);
    }
    if (missing.len > 0)
        tell(r, WIRE_LEVEL_FAIL, RIGHTS, "missing for %.200s: %s; attach what iamlp policy prints",
             r->user, buf_str(&missing));
    if (many.len > 0)
        tell(r, WIRE_LEVEL_WARN, RIGHTS,
             "more than are needed: %s; whoever takes this host over has them: attach what iamlp "
             "policy prints, and nothing else",
             buf_str(&many));
    if (missing.len == 0 && many.len == 0)
        tell(r, WIRE_LEVEL_OK, RIGHTS, "%s, none too many", buf_str(&have));
    buf_free(&many);
    buf_free(&missing);
    buf_free(&have);
}

/* Why it could not be simulated: no fault of the host's, it only is not seen. */
static void
tell_unseen(struct rights *r, const char *area, const char *what, const struct ask_answer *a)
{
    if (a->fault == WIRE_FAULT_DENIED)
        tell(r, WIRE_LEVEL_NOTE, area, "%s cannot be seen without iam:SimulatePrincipalPolicy",
             what);
    else
        tell(r, WIRE_LEVEL_NOTE, area, "%s cannot be seen: %s", what,
             a->fault == WIRE_FAULT_NONE ? "not every action was answered" : a->text);
}

void
rights_of_host(struct rights *r)
{
    const struct conf_account *account = r->ask->account;
    char arn[ASK_ARN_MAX], actions[ACTIONS_MAX];
    struct ask_imagined imagined = {.arn = arn, .actions = actions, .resource = r->user};
    struct ask_answer a;

    if (r->caller[0] == '\0' || r->user[0] == '\0' || !principal_of(r, arn))
        return;
    name_actions(actions);
    imagined.tag_key = account->require_tag_key;
    imagined.tag_value = account->require_tag_key != NULL ? account->require_tag_value : NULL;
    ask_simulate(r->ask, &imagined, &a);
    if (a.fault == WIRE_FAULT_NONE && strlen(a.decisions) == WANTED)
        judge_host(r, a.decisions);
    else
        tell_unseen(r, RIGHTS, "whether they are too few or too many", &a);
}

/* ---- the user ----------------------------------------------------------------------- */

static void
judge_user(struct rights *r, char decision)
{
    if (decision == 'd')
        tell(r, WIRE_LEVEL_FAIL, SIGN_IN,
             "a policy denies %.200s iam:ChangePassword without MFA, so nobody gets past the first "
             "sign-in; except it from that Deny (NotAction), as config/iam/user-mfa.json does",
             r->user);
    else if (decision == 'a' || r->may_change)
        tell(r, WIRE_LEVEL_OK, SIGN_IN, "a fresh user may change the password, without MFA, too");
    else if (r->policy_known)
        tell(r, WIRE_LEVEL_FAIL, SIGN_IN,
             "a fresh user may not change the password, which the first sign-in demands; set "
             "AllowUsersToChangePassword in the account's password policy, or allow "
             "iam:ChangePassword");
    else
        tell(r, WIRE_LEVEL_WARN, SIGN_IN,
             "no policy of %.200s allows iam:ChangePassword; see that the account's password "
             "policy has AllowUsersToChangePassword",
             r->user);
}

void
rights_of_user(struct rights *r)
{
    struct ask_answer a = {.fault = WIRE_FAULT_DENIED};

    if (r->user[0] != '\0')
        mfa_ask(r->ask, r->user, &a);
    if (a.fault == WIRE_FAULT_NONE && strlen(a.decisions) == 1)
        judge_user(r, a.decisions[0]);
    else if (r->policy_known && !r->may_change)
        tell(r, WIRE_LEVEL_WARN, SIGN_IN,
             "the account lets nobody change their password by itself; set "
             "AllowUsersToChangePassword, or see that each user is allowed iam:ChangePassword");
    else
        tell_unseen(r, SIGN_IN,
                    r->policy_known ? "users may change their password; whether a policy denies it"
                                    : "whether users may change their password",
                    &a);
}
