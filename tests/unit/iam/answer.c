/* Answers: the fields of every action's, and which 200 is not believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "iam/answer.h"

#define NS " xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\""
#define META                                                                                       \
    "<ResponseMetadata><RequestId>7a62c49f-347e-4fc4-9331-6e8eEXAMPLE</RequestId>"                 \
    "</ResponseMetadata>"

static struct iam_output out; /* too large for a stack under sanitizers */

static int
parse_for(enum iam_action action, const char *user, const char *doc, struct err *e)
{
    struct iam_input in;

    iam_input_init(&in);
    in.user_name = user;
    memset(&out, 'x', sizeof(out)); /* nothing may be left as the caller had it */
    return answer_parse(action_row(action), &in, doc, strlen(doc), &out, e);
}

static void
must_parse(enum iam_action action, const char *user, const char *doc)
{
    struct err e = ERR_INIT;

    if (parse_for(action, user, doc, &e) != 0)
        fail_msg("%s", e.msg);
}

static void
get_user_with_everything(void **state)
{
    (void)state;
    must_parse(IAM_GET_USER, "alice",
               "<GetUserResponse" NS "><GetUserResult><User>"
               "<Path>/people/</Path><UserName>Alice</UserName>"
               "<UserId>AIDACKCEVSQ6C2EXAMPLE</UserId>"
               "<Arn>arn:aws:iam::123456789012:user/people/Alice</Arn>"
               "<CreateDate>2012-09-19T23:28:52Z</CreateDate>"
               "<PasswordLastUsed>2014-09-08T21:47:36.5+00:00</PasswordLastUsed>"
               "<PermissionsBoundary><PermissionsBoundaryArn>arn:aws:iam::aws:policy/x"
               "</PermissionsBoundaryArn></PermissionsBoundary><Tagsmember/>"
               "<Tags><member><Key>iamlp:state</Key><Value>pending</Value></member>"
               "<member><Value></Value><Key>Z\xc3\xb6pfe</Key></member></Tags>"
               "</User></GetUserResult>" META "</GetUserResponse>");
    assert_string_equal(out.path, "/people/");
    assert_string_equal(out.user_name, "Alice");
    assert_string_equal(out.arn, "arn:aws:iam::123456789012:user/people/Alice");
    assert_int_equal(out.create_date, 1348097332);
    assert_int_equal(out.password_last_used, 1410212856);
    assert_int_equal(out.tag_count, 2);
    assert_string_equal(out.tags[0].key, "iamlp:state");
    assert_string_equal(out.tags[0].value, "pending");
    assert_string_equal(out.tags[1].key, "Z\xc3\xb6pfe");
    assert_string_equal(out.tags[1].value, "");
    assert_int_equal(out.password_reset_required, IAM_UNSET);
}

static void
get_user_with_the_least(void **state)
{
    (void)state;
    must_parse(IAM_GET_USER, "alice",
               "<GetUserResponse><GetUserResult><User><Arn>arn:aws:iam::123456789012:user/alice"
               "</Arn><UserName>alice</UserName></User></GetUserResult></GetUserResponse>");
    assert_string_equal(out.path, "");
    assert_int_equal(out.create_date, 0);
    assert_int_equal(out.password_last_used, 0);
    assert_int_equal(out.tag_count, 0);
}

static void
login_profiles_in_any_order(void **state)
{
    (void)state;
    must_parse(IAM_CREATE_LOGIN_PROFILE, "alice",
               "<CreateLoginProfileResponse" NS ">" META "<CreateLoginProfileResult><LoginProfile>"
               "<PasswordResetRequired>true</PasswordResetRequired>"
               "<CreateDate>2015-08-30T12:36:00Z</CreateDate><UserName>alice</UserName>"
               "</LoginProfile></CreateLoginProfileResult></CreateLoginProfileResponse>");
    assert_string_equal(out.user_name, "alice");
    assert_int_equal(out.create_date, 1440938160);
    assert_int_equal(out.password_reset_required, IAM_TRUE);
    must_parse(IAM_GET_LOGIN_PROFILE, "alice",
               "<GetLoginProfileResponse><GetLoginProfileResult><LoginProfile>"
               "<UserName>alice</UserName><CreateDate>2015-08-30T12:36:00Z</CreateDate>"
               "</LoginProfile></GetLoginProfileResult></GetLoginProfileResponse>");
    assert_int_equal(out.password_reset_required, IAM_UNSET);
    must_parse(IAM_GET_LOGIN_PROFILE, "alice",
               "<GetLoginProfileResponse><GetLoginProfileResult><LoginProfile>"
               "<UserName>alice</UserName><CreateDate>2015-08-30T12:36:00Z</CreateDate>"
               "<PasswordResetRequired>false</PasswordResetRequired>"
               "</LoginProfile></GetLoginProfileResult></GetLoginProfileResponse>");
    assert_int_equal(out.password_reset_required, IAM_FALSE);
}

static void
password_policy(void **state)
{
    struct policy p;

    (void)state;
    must_parse(IAM_GET_ACCOUNT_PASSWORD_POLICY, NULL,
               "<GetAccountPasswordPolicyResponse><GetAccountPasswordPolicyResult><PasswordPolicy>"
               "<AllowUsersToChangePassword>true</AllowUsersToChangePassword>"
               "<RequireUppercaseCharacters>true</RequireUppercaseCharacters>"
               "<RequireSymbols>false</RequireSymbols><ExpirePasswords>false</ExpirePasswords>"
               "<PasswordReusePrevention>12</PasswordReusePrevention>"
               "<RequireLowercaseCharacters>true</RequireLowercaseCharacters>"
               "<MaxPasswordAge>90</MaxPasswordAge><HardExpiry>false</HardExpiry>"
               "<RequireNumbers>true</RequireNumbers>"
               "<MinimumPasswordLength>12</MinimumPasswordLength>"
               "</PasswordPolicy></GetAccountPasswordPolicyResult>"
               "</GetAccountPasswordPolicyResponse>");
    assert_int_equal(out.minimum_password_length, 12);
    assert_int_equal(out.max_password_age, 90);
    assert_int_equal(out.password_reuse_prevention, 12);
    assert_int_equal(out.allow_users_to_change_password, IAM_TRUE);
    assert_int_equal(out.expire_passwords, IAM_FALSE);
    assert_int_equal(out.hard_expiry, IAM_FALSE);
    iam_policy(&out, &p);
    assert_int_equal(p.min_length, 12);
    assert_true(p.upper && p.lower && p.number && !p.symbol);
    assert_int_equal(p.min_classes, 0);

    must_parse(IAM_GET_ACCOUNT_PASSWORD_POLICY, NULL,
               "<GetAccountPasswordPolicyResponse><GetAccountPasswordPolicyResult><PasswordPolicy>"
               "<MinimumPasswordLength>6</MinimumPasswordLength>"
               "<RequireSymbols>true</RequireSymbols></PasswordPolicy>"
               "</GetAccountPasswordPolicyResult></GetAccountPasswordPolicyResponse>");
    assert_int_equal(out.max_password_age, IAM_INT_UNSET);
    assert_int_equal(out.require_numbers, IAM_UNSET);
    iam_policy(&out, &p);
    assert_true(!p.upper && !p.lower && !p.number && p.symbol);
    assert_int_equal(p.min_length, 6);
}

static void
caller_identity(void **state)
{
    (void)state;
    must_parse(IAM_GET_CALLER_IDENTITY, NULL,
               "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
               "<GetCallerIdentityResult><Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn>"
               "<UserId>AROA3XFRBF535PLBEXAMPLE:s</UserId><Account>123456789012</Account>"
               "</GetCallerIdentityResult></GetCallerIdentityResponse>");
    assert_string_equal(out.account, "123456789012");
    assert_string_equal(out.arn, "arn:aws:sts::123456789012:assumed-role/r/s");
}

static void
decisions(void **state)
{
    (void)state;
    must_parse(
        IAM_SIMULATE_PRINCIPAL_POLICY, NULL,
        "<SimulatePrincipalPolicyResponse><SimulatePrincipalPolicyResult><EvaluationResults>"
        "<member><EvalActionName>iam:GetUser</EvalActionName><MatchedStatements><member>"
        "<SourcePolicyId>p</SourcePolicyId><EvalDecision>x</EvalDecision></member>"
        "</MatchedStatements><EvalDecision>allowed</EvalDecision></member><member>"
        "<EvalDecision>explicitDeny</EvalDecision>"
        "<EvalActionName>iam:TagUser</EvalActionName></member>"
        "</EvaluationResults></SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>");
    assert_int_equal(out.decision_count, 2);
    assert_string_equal(out.decisions[0].action, "iam:GetUser");
    assert_string_equal(out.decisions[0].decision, "allowed");
    assert_string_equal(out.decisions[1].action, "iam:TagUser");
    assert_string_equal(out.decisions[1].decision, "explicitDeny");
}

static void
without_a_result_the_root_is_enough(void **state)
{
    static const enum iam_action actions[] = {IAM_UPDATE_LOGIN_PROFILE, IAM_DELETE_LOGIN_PROFILE,
                                              IAM_CHANGE_PASSWORD,
                                              IAM_UPDATE_ACCOUNT_PASSWORD_POLICY, IAM_TAG_USER};

    (void)state;
    for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
        const char *name = iam_action_name(actions[i]);
        char doc[300];

        (void)snprintf(doc, sizeof(doc), "<%sResponse" NS ">" META "</%sResponse>", name, name);
        must_parse(actions[i], "alice", doc);
        (void)snprintf(doc, sizeof(doc), "<%sResult>" META "</%sResult>", name, name);
        assert_int_equal(parse_for(actions[i], "alice", doc, NULL), -1);
    }
}

static void
control_characters_are_taken_out(void **state)
{
    (void)state;
    must_parse(IAM_GET_USER, NULL,
               "<GetUserResponse><GetUserResult><User><Arn>a&#10;b\xc2\x9b\xe2\x80\xae</Arn>"
               "<UserName>x</UserName><Tags><member><Key>k&#9;</Key><Value>&#13;v</Value></member>"
               "</Tags></User></GetUserResult></GetUserResponse>");
    assert_string_equal(out.arn, "a?b??");
    assert_string_equal(out.tags[0].key, "k?");
    assert_string_equal(out.tags[0].value, "?v");
}

/* ---- what is not believed ------------------------------------------------------------- */

#define USER(inside)                                                                               \
    "<GetUserResponse><GetUserResult><User>" inside "</User></GetUserResult></GetUserResponse>"
#define PROFILE(inside)                                                                            \
    "<CreateLoginProfileResponse><CreateLoginProfileResult><LoginProfile>" inside                  \
    "</LoginProfile></CreateLoginProfileResult></CreateLoginProfileResponse>"
#define NAMED "<UserName>alice</UserName><Arn>a</Arn>"
#define DATED "<UserName>alice</UserName><CreateDate>2015-08-30T12:36:00Z</CreateDate>"

static const struct {
    enum iam_action action;
    const char *doc, *sentence;
} lies[] = {
    {IAM_GET_USER, USER("<UserName>alice</UserName>"), "the answer to GetUser: Arn is missing"},
    {IAM_GET_USER, USER("<Arn>a</Arn>"), "the answer to GetUser: UserName is missing"},
    {IAM_GET_USER, USER("<Arn/><UserName>alice</UserName>"),
     "the answer to GetUser: Arn is missing"},
    {IAM_GET_USER, USER(""), "the answer to GetUser: UserName is missing"},
    {IAM_GET_USER, "<GetUserResponse/>", "the answer to GetUser: UserName is missing"},
    {IAM_GET_USER, USER("<UserName>bob</UserName><Arn>a</Arn>"),
     "the answer to GetUser is about another user"},
    {IAM_GET_USER, USER("<UserName>alice2</UserName><Arn>a</Arn>"),
     "the answer to GetUser is about another user"},
    {IAM_GET_USER, USER(NAMED NAMED), "the answer to GetUser: UserName stands there twice"},
    {IAM_GET_USER, USER(NAMED "<CreateDate>yesterday</CreateDate>"),
     "the answer to GetUser: CreateDate is not a date"},
    {IAM_GET_USER, USER(NAMED "<PasswordLastUsed/>"),
     "the answer to GetUser: PasswordLastUsed is not a date"},
    {IAM_GET_USER, USER(NAMED "<Tags><member><Value>v</Value></member></Tags>"),
     "the answer to GetUser: Tags holds a tag without a key"},
    {IAM_GET_USER, "<GetUserResponse><GetUserResult>" NAMED "</GetUserResult></GetUserResponse>",
     "the answer to GetUser: UserName is missing"},
    {IAM_GET_USER,
     "<GetLoginProfileResponse><GetUserResult><User>" NAMED
     "</User></GetUserResult></GetLoginProfileResponse>",
     "the answer to GetUser is not a GetUserResponse"},
    {IAM_GET_USER,
     "<html><GetUserResponse><GetUserResult><User>" NAMED
     "</User></GetUserResult></GetUserResponse></html>",
     "the answer to GetUser is not a GetUserResponse"},
    {IAM_CREATE_LOGIN_PROFILE, PROFILE("<UserName>alice</UserName>"),
     "the answer to CreateLoginProfile: CreateDate is missing"},
    {IAM_CREATE_LOGIN_PROFILE, PROFILE("<CreateDate>2015-08-30T12:36:00Z</CreateDate>"),
     "the answer to CreateLoginProfile: UserName is missing"},
    {IAM_CREATE_LOGIN_PROFILE,
     PROFILE(DATED "<PasswordResetRequired>maybe</PasswordResetRequired>"),
     "the answer to CreateLoginProfile: PasswordResetRequired is neither true nor false"},
    {IAM_CREATE_LOGIN_PROFILE, PROFILE(DATED) "<!-- -->" PROFILE(DATED), "not XML"},
    {IAM_CREATE_LOGIN_PROFILE, "", "not XML"},
    {IAM_GET_ACCOUNT_PASSWORD_POLICY,
     "<GetAccountPasswordPolicyResponse><GetAccountPasswordPolicyResult><PasswordPolicy>"
     "<MinimumPasswordLength>-8</MinimumPasswordLength></PasswordPolicy>"
     "</GetAccountPasswordPolicyResult></GetAccountPasswordPolicyResponse>",
     "the answer to GetAccountPasswordPolicy: MinimumPasswordLength is not a number"},
    {IAM_GET_ACCOUNT_PASSWORD_POLICY,
     "<GetAccountPasswordPolicyResponse><GetAccountPasswordPolicyResult><PasswordPolicy>"
     "<MinimumPasswordLength>99999999999</MinimumPasswordLength></PasswordPolicy>"
     "</GetAccountPasswordPolicyResult></GetAccountPasswordPolicyResponse>",
     "the answer to GetAccountPasswordPolicy: MinimumPasswordLength is not a number"},
    {IAM_GET_ACCOUNT_PASSWORD_POLICY, "<GetAccountPasswordPolicyResponse/>",
     "the answer to GetAccountPasswordPolicy: MinimumPasswordLength is missing"},
    {IAM_GET_CALLER_IDENTITY,
     "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>a</Arn>"
     "<Account>1234567890123</Account></GetCallerIdentityResult></GetCallerIdentityResponse>",
     "the answer to GetCallerIdentity: Account has more than 12 bytes"},
    {IAM_SIMULATE_PRINCIPAL_POLICY,
     "<SimulatePrincipalPolicyResponse><SimulatePrincipalPolicyResult><EvaluationResults>"
     "<member><EvalActionName>iam:GetUser</EvalActionName></member>"
     "</EvaluationResults></SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>",
     "the answer to SimulatePrincipalPolicy: EvaluationResults holds half a decision"},
};

static void
lies_are_not_believed(void **state)
{
    struct iam_output untouched;

    (void)state;
    answer_init(&untouched);
    for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
        struct err e = ERR_INIT;

        if (parse_for(lies[i].action, "alice", lies[i].doc, &e) != -1)
            fail_msg("believed: %s", lies[i].doc);
        if (strncmp(e.msg, lies[i].sentence, strlen(lies[i].sentence)) != 0)
            fail_msg("%s\n\"%s\" instead of \"%s\"", lies[i].doc, e.msg, lies[i].sentence);
        assert_memory_equal(&out, &untouched, sizeof(out));
    }
}

/* Strings at their ceilings, and one byte beyond: nothing is ever cut. */
static const struct {
    const char *open, *close;
    size_t most;
} ceilings[] = {
    {"<UserName>alice</UserName><Arn>", "</Arn>", IAM_ARN_MAX - 1},
    {NAMED "<Path>", "</Path>", IAM_PATH_MAX - 1},
    {NAMED "<Tags><member><Key>", "</Key></member></Tags>", IAM_TAG_KEY_MAX - 1},
    {NAMED "<Tags><member><Key>k</Key><Value>", "</Value></member></Tags>", IAM_TAG_VALUE_MAX - 1},
};

static void
nothing_is_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(ceilings) / sizeof(ceilings[0]); i++)
        for (size_t more = 0; more <= 1; more++) {
            struct err e = ERR_INIT;
            struct buf doc;

            buf_init(&doc, 4096);
            buf_adds(&doc, "<GetUserResponse><GetUserResult><User>");
            buf_adds(&doc, ceilings[i].open);
            for (size_t n = ceilings[i].most + more; n > 0; n--)
                buf_adds(&doc, "a");
            buf_adds(&doc, ceilings[i].close);
            buf_adds(&doc, "</User></GetUserResult></GetUserResponse>");
            assert_int_equal(buf_check(&doc, "the document", &e), 0);
            assert_int_equal(parse_for(IAM_GET_USER, "alice", buf_str(&doc), &e),
                             more == 0 ? 0 : -1);
            assert_int_equal(e.code, more == 0 ? ERR_OK : ERR_LIMIT);
            buf_free(&doc);
        }
}

static void
too_many_tags(void **state)
{
    (void)state;
    for (size_t count = IAM_TAGS_MAX; count <= IAM_TAGS_MAX + 1; count++) {
        struct err e = ERR_INIT;
        struct buf doc;

        buf_init(&doc, 8192);
        buf_adds(&doc, "<GetUserResponse><GetUserResult><User>" NAMED "<Tags>");
        for (size_t i = 0; i < count; i++)
            buf_addf(&doc, "<member><Key>k%zu</Key><Value>v</Value></member>", i);
        buf_adds(&doc, "</Tags></User></GetUserResult></GetUserResponse>");
        assert_int_equal(buf_check(&doc, "the document", &e), 0);
        assert_int_equal(parse_for(IAM_GET_USER, "alice", buf_str(&doc), &e),
                         count == IAM_TAGS_MAX ? 0 : -1);
        assert_int_equal(out.tag_count, count == IAM_TAGS_MAX ? IAM_TAGS_MAX : 0);
        buf_free(&doc);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(get_user_with_everything),
        cmocka_unit_test(get_user_with_the_least),
        cmocka_unit_test(login_profiles_in_any_order),
        cmocka_unit_test(password_policy),
        cmocka_unit_test(caller_identity),
        cmocka_unit_test(decisions),
        cmocka_unit_test(without_a_result_the_root_is_enough),
        cmocka_unit_test(control_characters_are_taken_out),
        cmocka_unit_test(lies_are_not_believed),
        cmocka_unit_test(nothing_is_cut),
        cmocka_unit_test(too_many_tags),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
