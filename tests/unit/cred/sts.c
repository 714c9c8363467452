/* The two calls of STS against a server on loopback that follows a script. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aws/query.h"
#include "cred/sts.h"
#include "stub.h"

#define ASSUME "AssumeRole"
#define TOKEN  "AssumeRoleWithWebIdentity"
#define USER   STUB_USER("provisioner", "pam_iamlp")
#define KEYS   STUB_KEYS("ASIAIOSFODNN7EXAMPLE", STUB_HOUR)

/* One call against the script, or through a proxy that follows it. */
static int
assume_by(bool proxy, struct server *server, const struct server_step *script, int steps,
          const struct sts_role *role, struct cred *out, struct err *e)
{
    struct sigv4_key key = {.access_key_id = "AKIAIOSFODNN7EXAMPLE"};
    struct http_options options = {.user_agent = "test", .clock = &stub_clock};
    struct cred_context context = {NULL, &stub_clock, NULL, 0};
    struct cred_source source = {.web_token_path = "/run/token"};
    int rc;

    context.deadline = stub_mono_ms() + (steps > 0 && script->then == STALL ? 300 : 20000);
    server_start(server, script, steps);
    source.sts_endpoint_url = proxy ? "https://sts.example.com" : server->url;
    options.proxy = proxy ? server->url : NULL;
    context.http = http_open(&options, e);
    assert_non_null(context.http);
    key.secret_key = secret_from(STUB_SECRET, strlen(STUB_SECRET), e);
    memset(out, 0, sizeof(*out));
    rc = sts_assume(&source, &context, "eu-central-1", &key, role, out, e);
    http_close(context.http);
    server_stop(server);
    sigv4_key_free(&key);
    return rc;
}

static int
assume(struct server *server, const struct server_step *script, int steps,
       const struct sts_role *role, struct cred *out, struct err *e)
{
    return assume_by(false, server, script, steps, role, out, e);
}

static void
assert_keys(struct cred *out)
{
    assert_string_equal(out->key.access_key_id, "ASIAIOSFODNN7EXAMPLE");
    assert_string_equal(secret_str(out->key.secret_key), STUB_SECRET);
    assert_string_equal(secret_str(out->key.session_token), STUB_TOKEN);
    assert_int_equal(out->key.expires, STUB_NOW + 3600);
    cred_free(out);
}

static void
everything_is_sent_and_signed(void **state)
{
    static const struct server_step script[] = {STUB_ANSWER(ASSUME, USER KEYS)};
    static const struct sts_role role = {.arn = STUB_ROLE,
                                         .session_name = "pam_iamlp",
                                         .external_id = "a/b=c&d",
                                         .source_identity = "DOM=5Calice",
                                         .duration = 3600};
    struct err e = ERR_INIT;
    struct server server;
    struct cred out;

    (void)state;
    if (assume(&server, script, 1, &role, &out, &e) != 0)
        fail_msg("%s", e.msg);
    assert_keys(&out);
    assert_int_equal(server.log->requests, 1);
    assert_non_null(strstr(
        server.log->text,
        "\r\n\r\nAction=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012"
        "%3Arole%2Fpeople%2Fprovisioner&RoleSessionName=pam_iamlp&DurationSeconds=3600&"
        "ExternalId=a%2Fb%3Dc%26d&SourceIdentity=DOM%3D5Calice"));
    assert_non_null(strstr(server.log->text, "/20150830/eu-central-1/sts/aws4_request"));
    server_free(&server);
}

/* What is not given is not sent, and a token's call is not signed. */
static void
nothing_else_is(void **state)
{
    static const struct server_step script[] = {STUB_ANSWER(TOKEN, KEYS USER)};
    struct err e = ERR_INIT;
    struct secret *token = secret_from("a.b-c_d", 7, &e);
    const struct sts_role role = {
        .arn = STUB_ROLE, .session_name = "pam_iamlp", .web_token = token};
    struct server server;
    struct cred out;

    (void)state;
    if (assume(&server, script, 1, &role, &out, &e) != 0)
        fail_msg("%s", e.msg);
    assert_keys(&out);
    assert_non_null(strstr(server.log->text,
                           "%2Fprovisioner&RoleSessionName=pam_iamlp&WebIdentityToken=a.b-c_d"));
    assert_int_equal(server_count(&server, "DurationSeconds"), 0);
    assert_int_equal(server_count(&server, "ExternalId"), 0);
    assert_null(strcasestr(server.log->text, "Authorization"));
    assert_null(strcasestr(server.log->text, "X-Amz-"));
    server_free(&server);
    secret_free(token);
}

static const struct sts_role plain = {.arn = STUB_ROLE, .session_name = "pam_iamlp"};

#define ANSWER "role " STUB_ROLE ": STS's answer: "

static const struct {
    struct server_step step;
    const char *sentence;
} lies[] = {
    {STUB_ANSWER(ASSUME, KEYS), ANSWER "AssumedRoleUser/Arn is missing"},
    {STUB_ANSWER(ASSUME, USER), ANSWER "Credentials/AccessKeyId is missing"},
    {STUB_ANSWER(ASSUME, ""), ANSWER "Credentials/AccessKeyId is missing"},
    {STUB_ANSWER(TOKEN, USER KEYS), ANSWER "Credentials/AccessKeyId is missing"},
    {STUB_ANSWER(ASSUME, USER KEYS KEYS), ANSWER "Credentials/AccessKeyId: it stands there twice"},
    {STUB_ANSWER(ASSUME, STUB_USER("provisioner", "other") KEYS),
     ANSWER "AssumedRoleUser/Arn: another role or session than was asked for"},
    {STUB_ANSWER(ASSUME, STUB_USER("people/provisioner", "pam_iamlp") KEYS),
     ANSWER "AssumedRoleUser/Arn: another role or session than was asked for"},
    {STUB_ANSWER(ASSUME, USER STUB_KEYS("", STUB_HOUR)),
     ANSWER "Credentials/AccessKeyId: is empty"},
    {STUB_ANSWER(ASSUME, USER STUB_KEYS("a\"b", STUB_HOUR)),
     ANSWER "Credentials/AccessKeyId: is no access key id"},
    {STUB_ANSWER(ASSUME, USER STUB_KEYS("ASIAIOSFODNN7EXAMPLE", "soon")),
     ANSWER "Credentials/Expiration: it is not a date"},
    {STUB_ANSWER(ASSUME, USER STUB_KEYS("ASIAIOSFODNN7EXAMPLE", "2015-08-30T12:21:00Z")),
     ANSWER "the session is over, or lasts for more than twelve hours"},
    {STUB_ANSWER(ASSUME, USER STUB_KEYS("ASIAIOSFODNN7EXAMPLE", "2015-08-31T00:51:01Z")),
     ANSWER "the session is over, or lasts for more than twelve hours"},
    {{.then = CLOSE, .text = STUB_HEAD("200") "<html>"},
     "role " STUB_ROLE ": no answer of STS's (127.0.0.1:"},
    {{.then = CLOSE, .text = STUB_HEAD("200")},
     "role " STUB_ROLE ": no answer of STS's (127.0.0.1:"},
};

static void
an_answer_to_something_else_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
        struct err e = ERR_INIT;
        struct server server;
        struct cred out;

        assert_int_equal(assume(&server, &lies[i].step, 1, &plain, &out, &e), -1);
        if (e.code != ERR_FORMAT || strncmp(e.msg, lies[i].sentence, strlen(lies[i].sentence)) != 0)
            fail_msg("%d \"%s\" instead of \"%s\"", e.code, e.msg, lies[i].sentence);
        assert_null(strstr(e.msg, STUB_SECRET));
        assert_null(out.key.secret_key);
        assert_null(out.key.session_token);
        server_free(&server);
    }
}

static const struct {
    struct server_step step;
    bool token, external_id, source_identity;
    enum err_code code;
    const char *sentence; /* behind the role */
} refusals[] = {
    {STUB_NO("403", "AccessDenied", "not authorized"), false, false, false, ERR_DENIED,
     "its trust policy has to allow sts:AssumeRole to the owner of these keys, whose own policy "
     "has to allow it too; it may ask for an external_id (AccessDenied: not authorized)"},
    {STUB_NO("403", "AccessDenied", "no"), false, true, true, ERR_DENIED,
     "its trust policy has to allow sts:AssumeRole and sts:SetSourceIdentity to the owner of these "
     "keys, whose own policy has to allow it too; external_id has to be the one it asks for "
     "(AccessDenied: no)"},
    {STUB_NO("403", "AccessDenied", "no"), true, false, false, ERR_DENIED,
     "its trust policy has to allow sts:AssumeRoleWithWebIdentity to this identity provider, "
     "audience and subject (AccessDenied: no)"},
    {STUB_NO("400", "ExpiredTokenException", "old"), true, false, false, ERR_DENIED,
     "the token has expired; whoever writes /run/token has to renew it (ExpiredTokenException: old)"},
    {STUB_NO("403", "ExpiredToken", "old"), false, false, false, ERR_DENIED,
     "the keys that it was asked with have expired; renew them (ExpiredToken: old)"},
    {STUB_NO("403", "RegionDisabledException", "off"), false, false, false, ERR_DENIED,
     "the account has STS turned off in eu-central-1; turn it on (IAM, account settings) or set "
     "another region (RegionDisabledException: off)"},
    {STUB_NO("400", "InvalidIdentityToken", "no"), true, false, false, ERR_DENIED,
     "the token is none that IAM's identity provider accepts; compare its issuer"},
    {STUB_NO("403", "IDPRejectedClaim", "no"), true, false, false, ERR_DENIED,
     "the identity provider refuses the token"},
    {STUB_NO("400", "IDPCommunicationError", "no"), true, false, false, ERR_NETWORK,
     "AWS could not reach the identity provider; this may pass"},
    {STUB_NO("400", "PackedPolicyTooLarge", "no"), false, false, false, ERR_DENIED,
     "session tags take more room than STS has"},
    {STUB_NO("400", "ValidationError", "no"), false, false, false, ERR_DENIED,
     "STS does not take such an ARN, session name, external id, source identity or duration"},
    {STUB_NO("403", "InvalidClientTokenId", "no"), false, false, false, ERR_DENIED,
     "AWS does not know these keys"},
    {STUB_NO("403", "SignatureDoesNotMatch", "no"), false, false, false, ERR_DENIED,
     "the secret key does not belong to the access key id"},
    {STUB_NO("403", "SignatureDoesNotMatch", "Signature expired: x"), false, false, false,
     ERR_DENIED, "the clock of this host is wrong; set it"},
    {STUB_NO("400", "Throttling", "slow"), false, false, false, ERR_BUSY,
     "STS asks to come back later (Throttling: slow)"},
    {STUB_NO("409", "EntityTemporarilyUnmodifiable", "x"), false, false, false, ERR_BUSY,
     "STS asks to come back later (EntityTemporarilyUnmodifiable: x)"},
    {STUB_NO("503", "ServiceUnavailable", "x"), false, false, false, ERR_NETWORK,
     "STS is in trouble; this may pass (ServiceUnavailable: x)"},
    {STUB_NO("400", "NewCode", "what"), false, false, false, ERR_DENIED,
     "STS refuses it (NewCode: what)"},
    {{.then = RESET}, false, false, false, ERR_NETWORK, "no answer (127.0.0.1:"},
    {{.then = STALL}, false, false, false, ERR_TIMEOUT, "no answer in time (127.0.0.1:"},
};

static void
refusals_say_who_mends_them(void **state)
{
    struct err ignored = ERR_INIT;
    struct secret *token = secret_from("a.b-c_d", 7, &ignored);

    (void)state;
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        struct sts_role role = plain;
        struct err e = ERR_INIT;
        struct server server;
        struct cred out;
        char want[400];

        role.web_token = refusals[i].token ? token : NULL;
        role.external_id = refusals[i].external_id ? "x1" : NULL;
        role.source_identity = refusals[i].source_identity ? "alice" : NULL;
        assert_int_equal(assume(&server, &refusals[i].step, 1, &role, &out, &e), -1);
        (void)snprintf(want, sizeof(want), "role " STUB_ROLE ": %s", refusals[i].sentence);
        if (e.code != refusals[i].code || strncmp(e.msg, want, strlen(want)) != 0)
            fail_msg("%d \"%s\" instead of %d \"%s\"", e.code, e.msg, refusals[i].code, want);
        server_free(&server);
    }
    secret_free(token);
}

/* It is not STS that refuses then. */
static void
a_proxy_is_no_sts(void **state)
{
    static const char *const heads[] = {STUB_HEAD("403"), STUB_HEAD("407")};

    (void)state;
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        const struct server_step step = {.then = CLOSE, .text = heads[i]};
        struct err e = ERR_INIT;
        struct server server;
        struct cred out;

        assert_int_equal(assume_by(true, &server, &step, 1, &plain, &out, &e), -1);
        assert_int_equal(e.code, ERR_NETWORK);
        assert_non_null(strstr(e.msg, "role " STUB_ROLE ": not reached (proxy http://127.0.0.1:"));
        server_free(&server);
    }
}

/* What is no role's ARN is not asked for. */
static void
other_arns_are_not_sent(void **state)
{
    static const char *const arns[] = {"",
                                       "provisioner",
                                       "arn:aws:iam::123456789012:user/x",
                                       "arn:aws:iam::123456789012:role/",
                                       "arn:aws:iam::123456789012:role/x/",
                                       "arn:aws:iam:::role/x",
                                       "arn:aws:sts::123456789012:assumed-role/x/y",
                                       " arn:aws:iam::123456789012:role/x"};

    (void)state;
    for (size_t i = 0; i < sizeof(arns) / sizeof(arns[0]); i++) {
        const struct sts_role role = {.arn = arns[i], .session_name = "x1"};
        struct err e = ERR_INIT;
        struct server server;
        struct cred out;

        assert_int_equal(assume(&server, NULL, 0, &role, &out, &e), -1);
        assert_int_equal(e.code, ERR_CONFIG);
        assert_non_null(strstr(e.msg, "this is no role's ARN"));
        assert_int_equal(server.log->requests, 0);
        server_free(&server);
    }
}

/* Nor is a token that leaves no room for it. */
static void
a_token_larger_than_a_request_is_not_sent(void **state)
{
    struct secret *token = secret_new(QUERY_BODY_MAX, NULL);
    struct sts_role role = plain;
    struct err e = ERR_INIT;
    struct server server;
    struct cred out;

    (void)state;
    memset(secret_extend(token, QUERY_BODY_MAX, &e), 't', QUERY_BODY_MAX);
    role.web_token = token;
    assert_int_equal(assume(&server, NULL, 0, &role, &out, &e), -1);
    assert_int_equal(e.code, ERR_LIMIT);
    assert_int_equal(server.log->connections, 0);
    assert_null(out.key.secret_key);
    server_free(&server);
    secret_free(token);
}

/* Nor is anybody where no STS is known to be. */
static void
an_unknown_region_is_not_asked_in(void **state)
{
    struct cred_source source = {0};
    const struct cred_context context = {NULL, &stub_clock, NULL, 0};
    struct err e = ERR_INIT;
    struct cred out;

    (void)state;
    assert_int_equal(sts_assume(&source, &context, "xx-east-1", NULL, &plain, &out, &e), -1);
    assert_int_equal(e.code, ERR_CONFIG);
    assert_string_equal(e.msg, "role " STUB_ROLE ": region xx-east-1: not a region that is known "
                               "here; correct it or set sts_endpoint_url");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_sent_and_signed),
        cmocka_unit_test(nothing_else_is),
        cmocka_unit_test(an_answer_to_something_else_is_refused),
        cmocka_unit_test(refusals_say_who_mends_them),
        cmocka_unit_test(a_proxy_is_no_sts),
        cmocka_unit_test(other_arns_are_not_sent),
        cmocka_unit_test(a_token_larger_than_a_request_is_not_sent),
        cmocka_unit_test(an_unknown_region_is_not_asked_in),
    };

    if (clearenv() != 0) /* http_open insists */
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
