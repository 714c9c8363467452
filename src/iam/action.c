#include "iam/action.h"

#define IAM_VERSION "2010-05-08"
#define STS_VERSION "2011-06-15"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define IN(name, kind, field, required, min)                                                       \
    {                                                                                              \
        name, ACTION_##kind, offsetof(struct iam_input, field), 0, required, min                   \
    }
#define OUT(name, kind, field, required)                                                           \
    {                                                                                              \
        name, ACTION_##kind, offsetof(struct iam_output, field),                                   \
            sizeof(((struct iam_output *)NULL)->field), required, 0                                \
    }

static const struct action_member user_name_in[] = {
    IN("UserName", NAME, user_name, true, 1),
};

static const struct action_member user_out[] = {
    OUT("Path", STRING, path, false),
    OUT("UserName", STRING, user_name, true),
    OUT("Arn", STRING, arn, true),
    OUT("CreateDate", TIME, create_date, false),
    OUT("PasswordLastUsed", TIME, password_last_used, false),
    OUT("Tags", TAGS, tags, false),
};

static const struct action_member login_profile_out[] = {
    OUT("UserName", STRING, user_name, true),
    OUT("CreateDate", TIME, create_date, true),
    OUT("PasswordResetRequired", BOOL, password_reset_required, false),
};

static const struct action_member create_login_profile_in[] = {
    IN("UserName", NAME, user_name, true, 1),
    IN("Password", SECRET, password, true, 1),
    IN("PasswordResetRequired", BOOL, password_reset_required, false, 0),
};

static const struct action_member update_login_profile_in[] = {
    IN("UserName", NAME, user_name, true, 1),
    IN("Password", SECRET, password, false, 1),
    IN("PasswordResetRequired", BOOL, password_reset_required, false, 0),
};

static const struct action_member password_policy_out[] = {
    OUT("MinimumPasswordLength", INT, minimum_password_length, true),
    OUT("RequireSymbols", BOOL, require_symbols, false),
    OUT("RequireNumbers", BOOL, require_numbers, false),
    OUT("RequireUppercaseCharacters", BOOL, require_uppercase, false),
    OUT("RequireLowercaseCharacters", BOOL, require_lowercase, false),
    OUT("AllowUsersToChangePassword", BOOL, allow_users_to_change_password, false),
    OUT("ExpirePasswords", BOOL, expire_passwords, false),
    OUT("MaxPasswordAge", INT, max_password_age, false),
    OUT("PasswordReusePrevention", INT, password_reuse_prevention, false),
    OUT("HardExpiry", BOOL, hard_expiry, false),
};

static const struct action_member password_policy_in[] = {
    IN("MinimumPasswordLength", INT, minimum_password_length, false, 6),
    IN("RequireSymbols", BOOL, require_symbols, false, 0),
    IN("RequireNumbers", BOOL, require_numbers, false, 0),
    IN("RequireUppercaseCharacters", BOOL, require_uppercase, false, 0),
    IN("RequireLowercaseCharacters", BOOL, require_lowercase, false, 0),
    IN("AllowUsersToChangePassword", BOOL, allow_users_to_change_password, false, 0),
    IN("MaxPasswordAge", INT, max_password_age, false, 1),
    IN("PasswordReusePrevention", INT, password_reuse_prevention, false, 1),
    IN("HardExpiry", BOOL, hard_expiry, false, 0),
};

static const struct action_member change_password_in[] = {
    IN("OldPassword", SECRET, old_password, true, 1),
    IN("NewPassword", SECRET, new_password, true, 1),
};

static const struct action_member tag_user_in[] = {
    IN("UserName", NAME, user_name, true, 1),
    IN("Tags", TAGS, tags, true, 1),
};

static const struct action_member caller_identity_out[] = {
    OUT("Account", STRING, account, true),
    OUT("Arn", STRING, arn, true),
};

static const struct action_member simulate_in[] = {
    IN("PolicySourceArn", STRING, policy_source_arn, true, 20),
    IN("ActionNames", LIST, action_names, true, 1),
    IN("ResourceArns", LIST, resource_arns, false, 0),
    IN("ContextEntries", CONTEXT, context, false, 0),
};

static const struct action_member simulate_out[] = {
    OUT("EvaluationResults", DECISIONS, decisions, false),
};

#define NOTHING    NULL, 0
#define MEMBERS(a) a, COUNT(a)
#define IAM_ACTION ENDPOINT_IAM, IAM_VERSION
#define STS_ACTION ENDPOINT_STS, STS_VERSION

static const struct action actions[] = {
    [IAM_GET_USER] = {"GetUser", IAM_ACTION, false, "GetUserResult/User", MEMBERS(user_name_in),
                      MEMBERS(user_out)},
    [IAM_GET_LOGIN_PROFILE] = {"GetLoginProfile", IAM_ACTION, false,
                               "GetLoginProfileResult/LoginProfile", MEMBERS(user_name_in),
                               MEMBERS(login_profile_out)},
    [IAM_CREATE_LOGIN_PROFILE] = {"CreateLoginProfile", IAM_ACTION, true,
                                  "CreateLoginProfileResult/LoginProfile",
                                  MEMBERS(create_login_profile_in), MEMBERS(login_profile_out)},
    [IAM_UPDATE_LOGIN_PROFILE] = {"UpdateLoginProfile", IAM_ACTION, true, NULL,
                                  MEMBERS(update_login_profile_in), NOTHING},
    [IAM_DELETE_LOGIN_PROFILE] = {"DeleteLoginProfile", IAM_ACTION, true, NULL,
                                  MEMBERS(user_name_in), NOTHING},
    [IAM_GET_ACCOUNT_PASSWORD_POLICY] = {"GetAccountPasswordPolicy", IAM_ACTION, false,
                                         "GetAccountPasswordPolicyResult/PasswordPolicy", NOTHING,
                                         MEMBERS(password_policy_out)},
    /* Replaces the whole policy: what is not given falls back to IAM's default. */
    [IAM_UPDATE_ACCOUNT_PASSWORD_POLICY] = {"UpdateAccountPasswordPolicy", IAM_ACTION, true, NULL,
                                            MEMBERS(password_policy_in), NOTHING},
    [IAM_CHANGE_PASSWORD] = {"ChangePassword", IAM_ACTION, true, NULL, MEMBERS(change_password_in),
                             NOTHING},
    [IAM_TAG_USER] = {"TagUser", IAM_ACTION, true, NULL, MEMBERS(tag_user_in), NOTHING},
    [IAM_SIMULATE_PRINCIPAL_POLICY] = {"SimulatePrincipalPolicy", IAM_ACTION, false,
                                       "SimulatePrincipalPolicyResult", MEMBERS(simulate_in),
                                       MEMBERS(simulate_out)},
    [IAM_GET_CALLER_IDENTITY] = {"GetCallerIdentity", STS_ACTION, false, "GetCallerIdentityResult",
                                 NOTHING, MEMBERS(caller_identity_out)},
};

_Static_assert(COUNT(actions) == IAM_ACTION_COUNT, "every action has a row");

const struct action *
action_row(enum iam_action action)
{
    return &actions[action];
}
