/*
 * iam: the calls this project makes, as rows of one table.
 *
 * A row names the action, its members and where its result stands; iam_call does
 * the rest. The same rows serve the drop-in commands, so a member's name is
 * AWS's and its order the service model's.
 */
#ifndef IAMLP_IAM_IAM_H
#define IAMLP_IAM_IAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aws/query.h"
#include "base/err.h"
#include "base/secret.h"
#include "pwgen/policy.h"

/* Bytes with the final NUL. IAM counts characters; in names, paths and ARNs they
 * are ASCII, in tags up to four bytes of UTF-8 each. */
#define IAM_NAME_MAX      129
#define IAM_PATH_MAX      513
#define IAM_ARN_MAX       640 /* partition 31, path 512, name 64, and what stands between */
#define IAM_TAG_KEY_MAX   (128 * 4 + 1)
#define IAM_TAG_VALUE_MAX (256 * 4 + 1)
#define IAM_TAGS_MAX      50
#define IAM_DECISIONS_MAX 16

enum iam_action {
    IAM_GET_USER,
    IAM_GET_LOGIN_PROFILE,
    IAM_CREATE_LOGIN_PROFILE,
    IAM_UPDATE_LOGIN_PROFILE,
    IAM_DELETE_LOGIN_PROFILE,
    IAM_GET_ACCOUNT_PASSWORD_POLICY,
    IAM_UPDATE_ACCOUNT_PASSWORD_POLICY,
    IAM_CHANGE_PASSWORD,
    IAM_TAG_USER,
    IAM_SIMULATE_PRINCIPAL_POLICY,
    IAM_GET_CALLER_IDENTITY, /* sts */
    IAM_ACTION_COUNT,
};

/* A boolean that may be left out of a request or an answer. */
enum iam_bool {
    IAM_UNSET = -1,
    IAM_FALSE = 0,
    IAM_TRUE = 1
};

#define IAM_INT_UNSET (-1)

struct iam_tag {
    char key[IAM_TAG_KEY_MAX];
    char value[IAM_TAG_VALUE_MAX];
};

/* A condition key of a request that is only imagined, and its value. */
struct iam_context {
    const char *key;
    const char *value;
    bool boolean; /* else a string */
};

struct iam_decision {
    char action[65];   /* "iam:GetUser" */
    char decision[17]; /* allowed, explicitDeny or implicitDeny */
};

/* All members any action takes. iam_input_init makes each one "not given". */
struct iam_input {
    const char *user_name;
    const struct secret *password;     /* CreateLoginProfile, UpdateLoginProfile */
    const struct secret *old_password; /* ChangePassword */
    const struct secret *new_password;
    enum iam_bool password_reset_required;
    int minimum_password_length;
    enum iam_bool require_symbols, require_numbers, require_uppercase, require_lowercase;
    enum iam_bool allow_users_to_change_password;
    int max_password_age;
    int password_reuse_prevention;
    enum iam_bool hard_expiry;
    const struct iam_tag *tags;
    size_t tag_count;
    /* SimulatePrincipalPolicy */
    const char *policy_source_arn;
    const char *const *action_names; /* NULL at the end */
    const char *const *resource_arns;
    const struct iam_context *context;
    size_t context_count;
    bool unchecked; /* names go out as they are: the server judges them, to a person */
};

void iam_input_init(struct iam_input *in);

/* All members any action answers with; absent ones are "", 0 (dates), IAM_UNSET
 * or IAM_INT_UNSET. About 80 KiB, the tags. */
struct iam_output {
    /* GetUser */
    char path[IAM_PATH_MAX];
    char user_name[IAM_NAME_MAX]; /* also of a login profile */
    char arn[IAM_ARN_MAX];        /* also of the caller identity */
    int64_t create_date;          /* seconds; also of a login profile */
    int64_t password_last_used;   /* seconds; 0: never used */
    struct iam_tag tags[IAM_TAGS_MAX];
    size_t tag_count;
    /* login profile */
    enum iam_bool password_reset_required;
    /* GetAccountPasswordPolicy */
    int minimum_password_length;
    enum iam_bool require_symbols, require_numbers, require_uppercase, require_lowercase;
    enum iam_bool allow_users_to_change_password, expire_passwords, hard_expiry;
    int max_password_age;
    int password_reuse_prevention;
    /* GetCallerIdentity */
    char account[13];
    /* SimulatePrincipalPolicy: one for each action and resource */
    struct iam_decision decisions[IAM_DECISIONS_MAX];
    size_t decision_count;
};

/* Call. Returns 0 when `a` is filled; `out` is valid where a->fault is
 * FAULT_NONE, and says everything the answer said, strings cleaned of control
 * characters. A success whose body lacks a required member, or is not the
 * answer to this action, is FAULT_MALFORMED with maybe_acted; actions that only
 * read never set maybe_acted. What repeats a password of `in` is taken out of `a`. -1 (ERR_MEMORY,
 * ERR_CONFIG): nothing was sent. a->body is already freed. */
int iam_call(const struct query_target *t, enum iam_action action, const struct iam_input *in,
             struct iam_output *out, struct query_answer *a, struct err *e);

/* AWS's name of the action: "GetUser". */
const char *iam_action_name(enum iam_action action);

/* The policy in pwgen's terms. */
void iam_policy(const struct iam_output *out, struct policy *p);

/* Cut an ARN "arn:PARTITION:iam::ACCOUNT:user/..." into partition and the 12
 * digits. -1: ERR_FORMAT. */
int iam_parse_arn(const char *arn, char partition[32], char account[13], struct err *e);

#endif
