/* Which keys the chain ends with, whom it asks for them, and what it needs beforehand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cred/cred.h"
#include "stub.h"

#define FILE_ID "AKIAIOSFODNN7EXAMPLE"
#define BASE_ID "ASIAKEPTBASE7EXAMPLE"
#define ROLE_ID "ASIAKEPTROLE7EXAMPLE"
#define NEW_ID  "ASIANEWROLEX7EXAMPLE"
#define FILE_TEXT                                                                                  \
    "[default]\naws_access_key_id = " FILE_ID "\naws_secret_access_key = " STUB_SECRET             \
    "\nregion = eu-west-1\n"

#define PROCESS_TEXT "[default]\ncredential_process = /x\nregion = eu-west-1\n"
#define PROCESS_OUTPUT                                                                             \
    "{\"Version\": 1, \"AccessKeyId\": \"" FILE_ID "\", \"SecretAccessKey\": \"" STUB_SECRET "\"}"

#define USER STUB_USER("provisioner", "pam_iamlp")
#define YES  STUB_ANSWER("AssumeRole", USER STUB_KEYS(NEW_ID, STUB_HOUR))
#define NO   STUB_NO("403", "AccessDenied", "no")
#define DOWN STUB_NO("503", "ServiceUnavailable", "no")

/* ---- one run ----------------------------------------------------------------------------- */

static int
run(struct server *server, const struct server_step *script, int steps, struct cred_source *source,
    struct cred_set *out, struct err *e)
{
    const struct http_options options = {.user_agent = "test", .clock = &stub_clock};
    struct cred_context context = {http_open(&options, e), &stub_clock, NULL, 0};
    int rc;

    assert_non_null(context.http);
    context.deadline = stub_mono_ms() + 20000;
    server_start(server, script, steps);
    source->sts_endpoint_url = server->url;
    rc = cred_resolve(source, &context, out, e);
    http_close(context.http);
    server_stop(server);
    return rc;
}

static struct secret *
bytes(const char *text)
{
    return text != NULL ? secret_from(text, strlen(text), NULL) : NULL;
}

/* Keys of an earlier run; `left` 0: none. */
static const struct cred *
keep(struct cred *kept, const char *id, int left)
{
    memset(kept, 0, sizeof(*kept));
    if (left == 0)
        return NULL;
    memcpy(kept->key.access_key_id, id, strlen(id));
    kept->key.secret_key = bytes(STUB_SECRET);
    kept->key.session_token = bytes(STUB_TOKEN);
    kept->key.expires = STUB_NOW + left;
    memcpy(kept->provider, "imds", 5);
    memcpy(kept->region, "eu-north-1", 11);
    return kept;
}

/* ---- kept keys --------------------------------------------------------------------------- */

static const struct {
    int base, role; /* seconds that kept keys have left; 0: none */
    bool chain;     /* it has keys */
    bool on_top;    /* role_arn is given */
    struct server_step script[2];
    int requests;
    const char *id; /* of cred_of; NULL: an error */
    bool base_new, role_new;
    const char *sentence;
} runs[] = {
    /* Nothing is kept. */
    {0, 0, true, false, {NO}, 0, FILE_ID, true, false, NULL},
    {0, 0, true, true, {YES}, 1, NEW_ID, true, true, NULL},
    {0, 0, true, true, {NO}, 1, NULL, false, false, "role_arn: role " STUB_ROLE ": its trust"},
    {0, 0, false, true, {YES}, 0, NULL, false, false, "file: neither"},
    /* A role with 15 minutes to go: nobody is asked. */
    {0, 900, true, true, {NO}, 0, ROLE_ID, false, false, NULL},
    {0, 900, false, true, {NO}, 0, ROLE_ID, false, false, NULL},
    {900, 900, true, true, {NO}, 0, ROLE_ID, false, false, NULL},
    /* With less a new one is asked for, and with a minute the old one still serves. */
    {0, 899, true, true, {YES}, 1, NEW_ID, true, true, NULL},
    {0, 899, true, true, {NO}, 1, ROLE_ID, true, false, NULL},
    {0, 60, true, true, {DOWN}, 1, ROLE_ID, true, false, NULL},
    {0, 60, false, true, {YES}, 0, ROLE_ID, false, false, NULL},
    {0, 59, true, true, {DOWN}, 1, NULL, false, false, "role_arn: role " STUB_ROLE ": STS is in"},
    {0, 59, false, true, {YES}, 0, NULL, false, false, "file: neither"},
    {0, -5, false, true, {YES}, 0, NULL, false, false, "file: neither"},
    /* A role that is kept is of no use where none is wanted. */
    {0, 900, true, false, {NO}, 0, FILE_ID, true, false, NULL},
    /* A base with 15 minutes to go: STS alone is asked. */
    {900, 0, true, false, {NO}, 0, BASE_ID, false, false, NULL},
    {900, 0, false, true, {YES}, 1, NEW_ID, false, true, NULL},
    {900, 899, false, true, {YES}, 1, NEW_ID, false, true, NULL},
    {900, 60, false, true, {DOWN}, 1, ROLE_ID, false, false, NULL},
    {899, 0, true, false, {NO}, 0, FILE_ID, true, false, NULL},
    {899, 0, false, false, {NO}, 0, BASE_ID, false, false, NULL},
    {60, 0, false, true, {YES}, 1, NEW_ID, false, true, NULL},
    {59, 0, false, true, {YES}, 0, NULL, false, false, "file: neither"},
    /* STS does not want the kept base: the chain gives another one; not where STS is down. */
    {900, 0, true, true, {NO, YES}, 2, NEW_ID, true, true, NULL},
    {900,
     0,
     true,
     true,
     {NO, NO},
     2,
     NULL,
     false,
     false,
     "role_arn: role " STUB_ROLE ": its trust"},
    {900, 0, false, true, {NO, YES}, 1, NULL, false, false, "file: neither"},
    {900, 60, false, true, {NO, YES}, 1, ROLE_ID, false, false, NULL},
    {900, 0, true, true, {DOWN, YES}, 1, NULL, false, false, "role_arn: role " STUB_ROLE ": STS"},
    /* A session that is over before it can be used. */
    {0,
     0,
     true,
     true,
     {STUB_ANSWER("AssumeRole", USER STUB_KEYS(NEW_ID, "2015-08-30T12:36:59Z"))},
     1,
     NULL,
     false,
     false,
     "role_arn: the credentials run out in 59 s"},
};

static void
kept_keys_spare_the_asking(void **state)
{
    struct secret *file = bytes(PROCESS_TEXT), *output = bytes(PROCESS_OUTPUT);

    (void)state;
    for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
        struct cred base, role;
        struct cred_source source = {.choice = CRED_FILE,
                                     .config_file = runs[i].chain ? file : NULL,
                                     .config_path = "/c",
                                     .process_output = output,
                                     .role_arn = runs[i].on_top ? STUB_ROLE : NULL,
                                     .session_name = "pam_iamlp",
                                     .kept_base = keep(&base, BASE_ID, runs[i].base),
                                     .kept_role = keep(&role, ROLE_ID, runs[i].role)};
        struct err e = ERR_INIT;
        struct server server;
        struct cred_set out;
        int rc = run(&server, runs[i].script, 2, &source, &out, &e);

        if (rc != (runs[i].id != NULL ? 0 : -1) || server.log->requests != runs[i].requests)
            fail_msg("case %zu: %d, %d requests, %s", i, rc, server.log->requests, e.msg);
        if (runs[i].id != NULL) {
            if (strcmp(cred_of(&out)->key.access_key_id, runs[i].id) != 0)
                fail_msg("case %zu: %s", i, cred_of(&out)->key.access_key_id);
            assert_string_equal(secret_str(cred_of(&out)->key.secret_key), STUB_SECRET);
            assert_int_equal(out.base_new, runs[i].base_new);
            assert_int_equal(out.role_new, runs[i].role_new);
        } else {
            if (strncmp(e.msg, runs[i].sentence, strlen(runs[i].sentence)) != 0)
                fail_msg("case %zu: %s", i, e.msg);
            assert_null(out.base.key.secret_key);
            assert_null(out.role.key.secret_key);
        }
        /* Whoever asks STS first is the kept base, where it is fresh or nobody else can. */
        if (runs[i].requests > 0)
            assert_non_null(
                strstr(server.log->text, runs[i].base >= 900 || !runs[i].chain
                                             ? "Credential=" BASE_ID "/20150830/eu-north"
                                             : "Credential=" FILE_ID "/20150830/eu-west"));
        cred_set_free(&out);
        cred_free(&base);
        cred_free(&role);
        server_free(&server);
    }
    secret_free(file);
    secret_free(output);
}

/* Keys that stand in a file are never kept: what is said to be kept of them is a lie. */
static void
keys_of_a_file_are_better_than_kept_ones(void **state)
{
    static const struct server_step script[] = {YES};
    struct secret *file = bytes(FILE_TEXT);

    (void)state;
    for (int on_top = 0; on_top < 2; on_top++) {
        struct cred base;
        struct cred_source source = {.credentials_file = file,
                                     .credentials_path = "/c",
                                     .role_arn = on_top ? STUB_ROLE : NULL,
                                     .session_name = "pam_iamlp",
                                     .kept_base = keep(&base, BASE_ID, 3600)};
        struct err e = ERR_INIT;
        struct server server;
        struct cred_set out;

        if (run(&server, script, 1, &source, &out, &e) != 0)
            fail_msg("%s", e.msg);
        assert_string_equal(out.base.key.access_key_id, FILE_ID);
        assert_false(out.base.of_role);
        assert_int_equal(cred_of(&out)->of_role, on_top);
        assert_int_equal(server_count(&server, BASE_ID), 0);
        cred_set_free(&out);
        cred_free(&base);
        server_free(&server);
    }
    secret_free(file);
}

/* The settings of the role on top go with the role on top. */
static void
the_role_on_top_is_asked_for_as_configured(void **state)
{
    static const struct server_step script[] = {YES};
    struct secret *file = bytes(FILE_TEXT);
    struct cred_source source = {.credentials_file = file,
                                 .credentials_path = "/c",
                                 .role_arn = STUB_ROLE,
                                 .session_name = "pam_iamlp",
                                 .external_id = "ext",
                                 .source_identity = "alice",
                                 .role_duration = 1800,
                                 .region = "ap-south-1"};
    struct err e = ERR_INIT;
    struct server server;
    struct cred_set out;

    (void)state;
    if (run(&server, script, 1, &source, &out, &e) != 0)
        fail_msg("%s", e.msg);
    assert_int_equal(server_count(&server, "&RoleSessionName=pam_iamlp&DurationSeconds=1800&"
                                           "ExternalId=ext&SourceIdentity=alice"),
                     1);
    assert_int_equal(server_count(&server, "/ap-south-1/sts/aws4_request"), 1);
    assert_string_equal(out.base.provider, "file");
    assert_string_equal(out.role.provider, "file");
    assert_string_equal(out.role.region, "eu-west-1");
    cred_set_free(&out);
    server_free(&server);
    secret_free(file);
}

/* ---- roles of profiles --------------------------------------------------------------------- */

#define ARN(name) "arn:aws:iam::123456789012:role/" name
#define GIVE(name, session, id)                                                                    \
    STUB_ANSWER("AssumeRole", STUB_USER(name, session) STUB_KEYS(id, STUB_HOUR))

/* a leads to b leads to c leads to keys; each asks with what the one before gave, and the
 * configuration's own role comes last. */
static void
roles_are_assumed_one_after_the_other(void **state)
{
    static const struct server_step script[] = {GIVE("c", "as-c", "ASIACCCCCCCC7EXAMPLE"),
                                                GIVE("b", "pam_iamlp", "ASIABBBBBBBB7EXAMPLE"),
                                                GIVE("a", "as-a", "ASIAAAAAAAAA7EXAMPLE"), YES};
    struct secret *credentials = bytes(FILE_TEXT);
    struct secret *config = bytes("[profile a]\nregion = eu-south-1\nrole_arn = " ARN(
        "a") "\nsource_profile = b\n"
             "role_session_name = as-a\n[profile b]\nrole_arn = " ARN(
                 "b") "\n"
                      "external_id = ext-b\nsource_profile = c\nduration_seconds = 900\n"
                      "[profile c]\nrole_arn = " ARN("c") "\nsource_profile = default\n"
                                                          "role_session_name = as-c\n");
    struct cred_source source = {.credentials_file = credentials,
                                 .config_file = config,
                                 .credentials_path = "/c",
                                 .config_path = "/f",
                                 .profile = "a",
                                 .role_arn = STUB_ROLE,
                                 .session_name = "pam_iamlp",
                                 .external_id = "ext-top",
                                 .source_identity = "alice"};
    static const char *const asked[] = {
        "Credential=" FILE_ID "/20150830/eu-south-1/sts",
        "%3Arole%2Fc&RoleSessionName=as-c",
        "Credential=ASIACCCCCCCC7EXAMPLE/",
        "%3Arole%2Fb&RoleSessionName=pam_iamlp&DurationSeconds=900&ExternalId=ext-b",
        "Credential=ASIABBBBBBBB7EXAMPLE/",
        "%3Arole%2Fa&RoleSessionName=as-a",
        "Credential=ASIAAAAAAAAA7EXAMPLE/",
        "%2Fprovisioner&RoleSessionName=pam_iamlp&ExternalId=ext-top&SourceIdentity=alice",
    };
    struct err e = ERR_INIT;
    struct server server;
    struct cred_set out;
    const char *at;

    (void)state;
    if (run(&server, script, 4, &source, &out, &e) != 0)
        fail_msg("%s", e.msg);
    at = server.log->text;
    for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
        at = strstr(at, asked[i]);
        if (at == NULL)
            fail_msg("no %s behind the one before", asked[i]);
    }
    assert_int_equal(server.log->requests, 4);
    assert_int_equal(server_count(&server, "ExternalId="), 2);
    assert_int_equal(server_count(&server, "SourceIdentity="), 1);
    assert_int_equal(server_count(&server, "X-Amz-Security-Token: " STUB_TOKEN "\r\n"), 3);
    assert_string_equal(out.base.key.access_key_id, "ASIAAAAAAAAA7EXAMPLE");
    assert_string_equal(out.base.region, "eu-south-1");
    assert_string_equal(out.role.key.access_key_id, NEW_ID);
    cred_set_free(&out);
    server_free(&server);
    secret_free(credentials);
    secret_free(config);
}

/* The first "no" ends it, and the sentence says whose role it was. */
static void
a_refused_role_is_named(void **state)
{
    static const struct server_step script[] = {GIVE("c", "pam_iamlp", "ASIACCCCCCCC7EXAMPLE"), NO};
    struct secret *config = bytes("[profile a]\nrole_arn = " ARN(
        "a") "\nsource_profile = c\n"
             "[profile c]\nrole_arn = " ARN("c") "\nsource_profile = k\n[profile k]\n"
                                                 "aws_access_key_id = " FILE_ID
                                                 "\naws_secret_access_key = " STUB_SECRET "\n");
    struct cred_source source = {.config_file = config, .config_path = "/f", .profile = "a"};
    struct err e = ERR_INIT;
    struct server server;
    struct cred_set out;

    (void)state;
    assert_int_equal(run(&server, script, 2, &source, &out, &e), -1);
    assert_int_equal(e.code, ERR_DENIED);
    assert_memory_equal(e.msg, "file: /f:2: role " ARN("a") ": its trust policy has to allow", 70);
    assert_int_equal(server.log->requests, 2);
    server_free(&server);
    secret_free(config);
}

/* Keys that are nearly over are not asked with: STS might answer too late. */
static void
a_role_is_not_asked_for_with_dying_keys(void **state)
{
    static const struct server_step script[] = {GIVE("a", "pam_iamlp", "ASIAAAAAAAAA7EXAMPLE")};
    struct secret *config =
        bytes("[profile a]\nrole_arn = " ARN("a") "\nsource_profile = b\n"
                                                  "[profile b]\ncredential_process = /x\n");
    struct secret *output =
        bytes("{\"Version\":1,\"AccessKeyId\":\"" BASE_ID "\",\"SecretAccessKey\":\"" STUB_SECRET
              "\",\"Expiration\":\"2015-08-30T12:36:59Z\"}");
    struct cred_source source = {
        .config_file = config, .config_path = "/f", .profile = "a", .process_output = output};
    struct err e = ERR_INIT;
    struct server server;
    struct cred_set out;

    (void)state;
    assert_int_equal(run(&server, script, 1, &source, &out, &e), -1);
    assert_string_equal(e.msg, "file: /f:2: the credentials run out in 59 s; fresh ones are due");
    assert_int_equal(server.log->requests, 0);
    server_free(&server);
    secret_free(config);
    secret_free(output);
}

/* ---- what root has to provide --------------------------------------------------------------- */

static const struct {
    enum cred_choice choice;
    const char *credentials, *config, *command, *token;
} needs[] = {
    {CRED_AUTO, NULL, NULL, "", ""},
    {CRED_AUTO, FILE_TEXT, NULL, "", ""},
    {CRED_AUTO, NULL, "[default]\ncredential_process = /bin/a \"b c\"\n", "/bin/a \"b c\"", ""},
    {CRED_FILE, NULL, "[default]\ncredential_process = /bin/a\n", "/bin/a", ""},
    {CRED_PROCESS, NULL, "[default]\ncredential_process = /bin/a\n", "/bin/a", ""},
    /* Only the chosen provider's. */
    {CRED_IMDS, NULL, "[default]\ncredential_process = /bin/a\n", "", ""},
    {CRED_WEB_IDENTITY, NULL, "[default]\ncredential_process = /bin/a\n", "", ""},
    {CRED_CONTAINER, NULL, "x\n", "", ""},
    /* The credentials file's keys go before a command, and a command before the config's. */
    {CRED_AUTO, FILE_TEXT, "[default]\ncredential_process = /bin/a\n", "", ""},
    {CRED_PROCESS, FILE_TEXT, "[default]\ncredential_process = /bin/a\n", "/bin/a", ""},
    {CRED_AUTO, NULL, FILE_TEXT "credential_process = /bin/a\n", "/bin/a", ""},
    {CRED_AUTO, "[default]\ncredential_process = /bin/c\n",
     "[default]\ncredential_process = /bin/f\n", "/bin/c", ""},
    /* At the end of a chain. */
    {CRED_AUTO, NULL,
     "[default]\nrole_arn = a\nsource_profile = b\n[profile b]\nrole_arn = b\nsource_profile = c\n"
     "[profile c]\ncredential_process = /bin/c\n",
     "/bin/c", ""},
    {CRED_AUTO, NULL,
     "[default]\nrole_arn = a\nsource_profile = b\n[profile b]\nrole_arn = b\n"
     "web_identity_token_file = /run/t\n",
     "", "/run/t"},
    {CRED_AUTO, NULL, "[default]\nrole_arn = b\nweb_identity_token_file = /run/t\n", "", "/run/t"},
    {CRED_AUTO, NULL, "[default]\nrole_arn = b\ncredential_source = EcsContainer\n", "", ""},
    /* An empty one is none, and yet keeps a role from being assumed with keys. */
    {CRED_AUTO, FILE_TEXT, "[default]\nrole_arn = b\nweb_identity_token_file =\n", "", ""},
    /* Eight roles are not too many. */
    {CRED_AUTO, NULL,
     "[default]\nrole_arn = a\nsource_profile = 1\n[profile 1]\nrole_arn = a\nsource_profile = 2\n"
     "[profile 2]\nrole_arn = a\nsource_profile = 3\n[profile 3]\nrole_arn = a\nsource_profile = 4\n"
     "[profile 4]\nrole_arn = a\nsource_profile = 5\n[profile 5]\nrole_arn = a\nsource_profile = 6\n"
     "[profile 6]\nrole_arn = a\nsource_profile = 7\n[profile 7]\nrole_arn = a\nsource_profile = 8\n"
     "[profile 8]\ncredential_process = /bin/8\n",
     "/bin/8", ""},
    /* What cred_resolve will refuse needs nothing. */
    {CRED_AUTO, "[x]\n", NULL, "", ""},
    {CRED_PROCESS, FILE_TEXT, NULL, "", ""},
};

static struct cred_source
of_files(enum cred_choice choice, struct secret *credentials, struct secret *config)
{
    return (struct cred_source){.choice = choice,
                                .credentials_file = credentials,
                                .config_file = config,
                                .credentials_path = "/c",
                                .config_path = "/f"};
}

static void
needs_are_said_beforehand(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++) {
        struct secret *credentials = bytes(needs[i].credentials), *config = bytes(needs[i].config);
        const struct cred_source source = of_files(needs[i].choice, credentials, config);
        struct err e = ERR_INIT;
        struct cred_needs got;

        if (cred_needs(&source, &got, &e) != 0)
            fail_msg("case %zu: %s", i, e.msg);
        assert_string_equal(got.command, needs[i].command);
        assert_string_equal(got.token_path, needs[i].token);
        secret_free(credentials);
        secret_free(config);
    }
}

static void
needs_of_a_broken_file(void **state)
{
    struct secret *config = bytes("[default]\nrole_arn = a\nmfa_serial = m\n");
    struct cred_source source = of_files(CRED_AUTO, NULL, config);
    struct err e = ERR_INIT;
    struct cred_needs got;

    (void)state;
    assert_int_equal(cred_needs(&source, &got, &e), -1);
    assert_int_equal(e.code, ERR_FORMAT);
    assert_memory_equal(e.msg, "file: /f:3: mfa_serial is not supported", 39);
    secret_free(config);
}

/* The choice `process` without one, and its profile's region. */
static void
the_choice_of_process(void **state)
{
    static const char printed[] =
        "{\"Version\":1,\"AccessKeyId\":\"" NEW_ID "\",\"SecretAccessKey\":\"" STUB_SECRET "\"}";
    struct secret *file = bytes(FILE_TEXT), *output = bytes(printed);
    struct secret *config = bytes("[default]\nregion = eu-west-3\ncredential_process = /x\n");
    struct cred_source source = of_files(CRED_PROCESS, file, NULL);
    struct err e = ERR_INIT;
    struct server server;
    struct cred_set out;

    (void)state;
    source.process_output = output;
    assert_int_equal(run(&server, NULL, 0, &source, &out, &e), -1);
    server_free(&server);
    assert_string_equal(e.msg, "process: /c: the profile default has no credential_process");
    err_clear(&e);
    source.credentials_file = NULL;
    source.config_file = config;
    if (run(&server, NULL, 0, &source, &out, &e) != 0)
        fail_msg("%s", e.msg);
    server_free(&server);
    assert_string_equal(out.base.key.access_key_id, NEW_ID);
    assert_string_equal(out.base.region, "eu-west-3");
    assert_string_equal(out.base.provider, "process");
    cred_set_free(&out);
    secret_free(file);
    secret_free(output);
    secret_free(config);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kept_keys_spare_the_asking),
        cmocka_unit_test(keys_of_a_file_are_better_than_kept_ones),
        cmocka_unit_test(the_role_on_top_is_asked_for_as_configured),
        cmocka_unit_test(roles_are_assumed_one_after_the_other),
        cmocka_unit_test(a_refused_role_is_named),
        cmocka_unit_test(a_role_is_not_asked_for_with_dying_keys),
        cmocka_unit_test(needs_are_said_beforehand),
        cmocka_unit_test(needs_of_a_broken_file),
        cmocka_unit_test(the_choice_of_process),
    };

    if (clearenv() != 0) /* http_open insists */
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
