/* Request bodies: golden for every action, and what is refused before anything is sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "iam/form.h"

static struct secret *password, *other, *empty;

static const struct iam_tag two_tags[] = {{"iamlp:state", "done"}, {"Team", ""}};
static const struct iam_tag no_key[] = {{"", "x"}};
static struct iam_tag many_tags[IAM_TAGS_MAX + 1];

static void
alice(struct iam_input *in)
{
    in->user_name = "alice";
}

static void
odd_name(struct iam_input *in)
{
    in->user_name = "A_b+c=d,e.f@g-9";
}

static void
unchecked_name(struct iam_input *in)
{
    in->user_name = "a b/\xc3\xa9";
    in->unchecked = true;
}

static void
create(struct iam_input *in)
{
    in->user_name = "alice";
    in->password = password;
    in->password_reset_required = IAM_TRUE;
}

static void
create_unset(struct iam_input *in)
{
    in->user_name = "alice";
    in->password = password;
}

static void
create_false(struct iam_input *in)
{
    create(in);
    in->password_reset_required = IAM_FALSE;
}

static void
update_reset_only(struct iam_input *in)
{
    in->user_name = "alice";
    in->password_reset_required = IAM_TRUE;
}

static void
simulate(struct iam_input *in)
{
    static const char *const actions[] = {"iam:GetUser", "iam:CreateLoginProfile", NULL};
    static const char *const resources[] = {"arn:aws:iam::123456789012:user/people/alice", NULL};
    static const struct iam_context context[] = {{"aws:MultiFactorAuthPresent", "false", true},
                                                 {"aws:ResourceTag/a b", "x&y", false}};

    in->policy_source_arn = "arn:aws:iam::123456789012:user/host";
    in->action_names = actions;
    in->resource_arns = resources;
    in->context = context;
    in->context_count = 2;
}

static void
whole_policy(struct iam_input *in)
{
    in->minimum_password_length = 14;
    in->require_symbols = IAM_TRUE;
    in->require_numbers = IAM_TRUE;
    in->require_uppercase = IAM_FALSE;
    in->require_lowercase = IAM_TRUE;
    in->allow_users_to_change_password = IAM_TRUE;
    in->max_password_age = 90;
    in->password_reuse_prevention = 24;
    in->hard_expiry = IAM_FALSE;
}

static void
change(struct iam_input *in)
{
    in->old_password = other;
    in->new_password = password;
}

static void
tag(struct iam_input *in)
{
    in->user_name = "alice";
    in->tags = two_tags;
    in->tag_count = 2;
}

#define IAM(name) "Action=" name "&Version=2010-05-08"

static const struct {
    enum iam_action action;
    void (*fill)(struct iam_input *in);
    const char *body;
} bodies[] = {
    {IAM_GET_USER, alice, IAM("GetUser") "&UserName=alice"},
    {IAM_GET_USER, odd_name, IAM("GetUser") "&UserName=A_b%2Bc%3Dd%2Ce.f%40g-9"},
    {IAM_GET_USER, unchecked_name, IAM("GetUser") "&UserName=a%20b%2F%C3%A9"},
    {IAM_GET_LOGIN_PROFILE, alice, IAM("GetLoginProfile") "&UserName=alice"},
    /* The body that tests/golden signs. */
    {IAM_CREATE_LOGIN_PROFILE, create,
     IAM("CreateLoginProfile") "&UserName=alice&Password=Sp%20a%2Bce%C3%A9%21~"
                               "&PasswordResetRequired=true"},
    {IAM_CREATE_LOGIN_PROFILE, create_false,
     IAM("CreateLoginProfile") "&UserName=alice&Password=Sp%20a%2Bce%C3%A9%21~"
                               "&PasswordResetRequired=false"},
    {IAM_CREATE_LOGIN_PROFILE, create_unset,
     IAM("CreateLoginProfile") "&UserName=alice&Password=Sp%20a%2Bce%C3%A9%21~"},
    {IAM_UPDATE_LOGIN_PROFILE, create,
     IAM("UpdateLoginProfile") "&UserName=alice&Password=Sp%20a%2Bce%C3%A9%21~"
                               "&PasswordResetRequired=true"},
    {IAM_UPDATE_LOGIN_PROFILE, update_reset_only,
     IAM("UpdateLoginProfile") "&UserName=alice&PasswordResetRequired=true"},
    {IAM_DELETE_LOGIN_PROFILE, alice, IAM("DeleteLoginProfile") "&UserName=alice"},
    {IAM_GET_ACCOUNT_PASSWORD_POLICY, NULL, IAM("GetAccountPasswordPolicy")},
    {IAM_UPDATE_ACCOUNT_PASSWORD_POLICY, NULL, IAM("UpdateAccountPasswordPolicy")},
    {IAM_UPDATE_ACCOUNT_PASSWORD_POLICY, whole_policy,
     IAM("UpdateAccountPasswordPolicy") "&MinimumPasswordLength=14&RequireSymbols=true"
                                        "&RequireNumbers=true&RequireUppercaseCharacters=false"
                                        "&RequireLowercaseCharacters=true"
                                        "&AllowUsersToChangePassword=true&MaxPasswordAge=90"
                                        "&PasswordReusePrevention=24&HardExpiry=false"},
    {IAM_CHANGE_PASSWORD, change,
     IAM("ChangePassword") "&OldPassword=old%0Aline&NewPassword=Sp%20a%2Bce%C3%A9%21~"},
    {IAM_TAG_USER, tag,
     IAM("TagUser") "&UserName=alice&Tags.member.1.Key=iamlp%3Astate&Tags.member.1.Value=done"
                    "&Tags.member.2.Key=Team&Tags.member.2.Value="},
    {IAM_GET_CALLER_IDENTITY, NULL, "Action=GetCallerIdentity&Version=2011-06-15"},
    {IAM_SIMULATE_PRINCIPAL_POLICY, simulate,
     "Action=SimulatePrincipalPolicy&Version=2010-05-08"
     "&PolicySourceArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Auser%2Fhost"
     "&ActionNames.member.1=iam%3AGetUser&ActionNames.member.2=iam%3ACreateLoginProfile"
     "&ResourceArns.member.1=arn%3Aaws%3Aiam%3A%3A123456789012%3Auser%2Fpeople%2Falice"
     "&ContextEntries.member.1.ContextKeyName=aws%3AMultiFactorAuthPresent"
     "&ContextEntries.member.1.ContextKeyValues.member.1=false"
     "&ContextEntries.member.1.ContextKeyType=boolean"
     "&ContextEntries.member.2.ContextKeyName=aws%3AResourceTag%2Fa%20b"
     "&ContextEntries.member.2.ContextKeyValues.member.1=x%26y"
     "&ContextEntries.member.2.ContextKeyType=string"},
    /* A member of another action is not sent. */
    {IAM_GET_USER, create, IAM("GetUser") "&UserName=alice"},
};

static void
every_action_has_its_body(void **state)
{
    bool seen[IAM_ACTION_COUNT] = {false};

    (void)state;
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        struct err e = ERR_INIT;
        struct iam_input in;
        struct secret *body;

        iam_input_init(&in);
        if (bodies[i].fill != NULL)
            bodies[i].fill(&in);
        body = form_build(action_row(bodies[i].action), &in, &e);
        if (body == NULL)
            fail_msg("%s: %s", bodies[i].body, e.msg);
        assert_string_equal(secret_str(body), bodies[i].body);
        secret_free(body);
        seen[bodies[i].action] = true;
    }
    for (int i = 0; i < IAM_ACTION_COUNT; i++)
        assert_true(seen[i]);
}

/* ---- refusals ------------------------------------------------------------------------ */

static void
empty_name(struct iam_input *in)
{
    in->user_name = "";
}

static void
blank_name(struct iam_input *in)
{
    in->user_name = "alice smith";
}

static void
wide_name(struct iam_input *in)
{
    in->user_name = "Zo\xc3\xab";
}

static void
line_name(struct iam_input *in)
{
    in->user_name = "alice\n";
}

static void
long_name(struct iam_input *in)
{
    static char name[IAM_NAME_MAX + 1];

    memset(name, 'a', IAM_NAME_MAX);
    in->user_name = name;
}

static void
only_password(struct iam_input *in)
{
    in->password = password;
}

static void
empty_password(struct iam_input *in)
{
    in->user_name = "alice";
    in->password = empty;
}

static void
old_only(struct iam_input *in)
{
    in->old_password = other;
}

static void
short_length(struct iam_input *in)
{
    in->minimum_password_length = 5;
}

static void
zero_age(struct iam_input *in)
{
    in->max_password_age = 0;
}

static void
negative_reuse(struct iam_input *in)
{
    in->password_reuse_prevention = -2;
}

static void
tag_without_key(struct iam_input *in)
{
    in->user_name = "alice";
    in->tags = no_key;
    in->tag_count = 1;
}

static void
too_many_tags(struct iam_input *in)
{
    in->user_name = "alice";
    in->tags = many_tags;
    in->tag_count = IAM_TAGS_MAX + 1;
}

static const struct {
    enum iam_action action;
    void (*fill)(struct iam_input *in);
    const char *sentence; /* its beginning */
} refusals[] = {
    /* IAM would take each of the first five for the caller. */
    {IAM_GET_USER, NULL, "GetUser: UserName is missing"},
    {IAM_GET_USER, empty_name, "GetUser: UserName is empty"},
    {IAM_GET_LOGIN_PROFILE, NULL, "GetLoginProfile: UserName is missing"},
    {IAM_CREATE_LOGIN_PROFILE, only_password, "CreateLoginProfile: UserName is missing"},
    {IAM_CREATE_LOGIN_PROFILE, alice, "CreateLoginProfile: Password is missing"},
    {IAM_CREATE_LOGIN_PROFILE, empty_password, "CreateLoginProfile: Password is empty"},
    {IAM_UPDATE_LOGIN_PROFILE, only_password, "UpdateLoginProfile: UserName is missing"},
    {IAM_UPDATE_LOGIN_PROFILE, empty_password, "UpdateLoginProfile: Password is empty"},
    {IAM_DELETE_LOGIN_PROFILE, NULL, "DeleteLoginProfile: UserName is missing"},
    {IAM_DELETE_LOGIN_PROFILE, empty_name, "DeleteLoginProfile: UserName is empty"},
    {IAM_TAG_USER, alice, "TagUser: 0 tags given; IAM takes 1 to 50"},
    {IAM_TAG_USER, tag_without_key, "TagUser: a tag has an empty key"},
    {IAM_TAG_USER, too_many_tags, "TagUser: 51 tags given; IAM takes 1 to 50"},
    {IAM_CHANGE_PASSWORD, NULL, "ChangePassword: OldPassword is missing"},
    {IAM_CHANGE_PASSWORD, old_only, "ChangePassword: NewPassword is missing"},
    {IAM_GET_USER, blank_name, "GetUser: UserName holds a character that IAM does not allow"},
    {IAM_GET_USER, wide_name, "GetUser: UserName holds a character that IAM does not allow"},
    {IAM_GET_USER, line_name, "GetUser: UserName holds a character that IAM does not allow"},
    {IAM_GET_USER, long_name, "GetUser: UserName has more than 128 characters"},
    {IAM_UPDATE_ACCOUNT_PASSWORD_POLICY, short_length,
     "UpdateAccountPasswordPolicy: MinimumPasswordLength is 5; the least value is 6"},
    {IAM_UPDATE_ACCOUNT_PASSWORD_POLICY, zero_age,
     "UpdateAccountPasswordPolicy: MaxPasswordAge is 0; the least value is 1"},
    {IAM_UPDATE_ACCOUNT_PASSWORD_POLICY, negative_reuse,
     "UpdateAccountPasswordPolicy: PasswordReusePrevention is -2; the least value is 1"},
};

static void
what_would_act_on_the_caller_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        struct err e = ERR_INIT;
        struct iam_input in;

        iam_input_init(&in);
        if (refusals[i].fill != NULL)
            refusals[i].fill(&in);
        if (form_build(action_row(refusals[i].action), &in, &e) != NULL)
            fail_msg("not refused: %s", refusals[i].sentence);
        assert_int_equal(e.code, ERR_CONFIG);
        if (strncmp(e.msg, refusals[i].sentence, strlen(refusals[i].sentence)) != 0)
            fail_msg("\"%s\" instead of \"%s\"", e.msg, refusals[i].sentence);
    }
}

/* The longest of everything fits the ceiling of a body. */
static void
fifty_full_tags_fit(void **state)
{
    struct err e = ERR_INIT;
    struct iam_input in;
    struct secret *body;

    (void)state;
    iam_input_init(&in);
    in.user_name = "alice";
    in.tags = many_tags;
    in.tag_count = IAM_TAGS_MAX;
    for (size_t i = 0; i < IAM_TAGS_MAX; i++) {
        memset(many_tags[i].key, 'k', 128);
        memset(many_tags[i].value, '/', 256);
    }
    body = form_build(action_row(IAM_TAG_USER), &in, &e);
    if (body == NULL)
        fail_msg("%s", e.msg);
    secret_free(body);
}

static int
make_secrets(void **state)
{
    (void)state;
    password = secret_from("Sp a+ce\xc3\xa9!~", 11, NULL);
    other = secret_from("old\nline", 8, NULL);
    empty = secret_from("", 0, NULL);
    return password != NULL && other != NULL && empty != NULL ? 0 : -1;
}

static int
free_secrets(void **state)
{
    (void)state;
    secret_free(password);
    secret_free(other);
    secret_free(empty);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_action_has_its_body),
        cmocka_unit_test(what_would_act_on_the_caller_is_refused),
        cmocka_unit_test(fifty_full_tags_fit),
    };

    return cmocka_run_group_tests(tests, make_secrets, free_secrets);
}
