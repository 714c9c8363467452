/* Which keys come out of AWS's shared files, and what is said where none do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cred/cred.h"

#define AKID               "AKIAIOSFODNN7EXAMPLE"
#define WJAL               "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
#define ID                 "aws_access_key_id = " AKID "\n"
#define KEY                "aws_secret_access_key = " WJAL "\n"
#define PAIR               ID KEY
#define ID2                "aws_access_key_id = AKIAI44QH8DHBEXAMPLE\n"
#define KEY2               "aws_secret_access_key = je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY\n"
#define ROLE(name, source) "[profile " name "]\nrole_arn = a\nsource_profile = " source "\n"
#define LONG64             "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct cred_context context = {NULL, &clock_system, NULL, INT64_MAX};

/* Run the provider on two files; NULL: not given. */
static int
resolve(const char *credentials, const char *config, const char *profile, enum cred_choice choice,
        struct cred *out, struct err *e)
{
    struct secret *a =
        credentials != NULL ? secret_from(credentials, strlen(credentials), e) : NULL;
    struct secret *b = config != NULL ? secret_from(config, strlen(config), e) : NULL;
    const struct cred_source source = {
        .choice = choice,
        .credentials_file = a,
        .config_file = b,
        .credentials_path = "/c",
        .config_path = "/f",
        .profile = profile,
    };
    struct cred_set set;
    int rc = cred_resolve(&source, &context, &set, e);

    *out = set.base;

    secret_free(a);
    secret_free(b);
    return rc;
}

static const struct {
    const char *credentials, *config, *profile, *id, *token, *region;
} found[] = {
    {"[default]\n" PAIR, NULL, NULL, AKID, NULL, ""},
    {"[default]\r\naws_access_key_id=" AKID "\r\naws_secret_access_key=" WJAL, NULL, NULL, AKID,
     NULL, ""},
    {"[default]\n" ID2 KEY2 "[prod]\n" PAIR, NULL, "prod", AKID, NULL, ""},
    {"[default]\nAWS_ACCESS_KEY_ID: " AKID "\nAWS_Secret_Access_Key: " WJAL "\n", NULL, NULL, AKID,
     NULL, ""},
    {"[a b]\n" PAIR, NULL, "a b", AKID, NULL, ""},
    /* The token, its old name first, an empty one being none. */
    {"[default]\n" PAIR "aws_session_token = IQoJb3Jp//8=\n", NULL, NULL, AKID, "IQoJb3Jp//8=", ""},
    {"[default]\n" PAIR "aws_security_token = old\naws_session_token = new\n", NULL, NULL, AKID,
     "old", ""},
    {"[default]\n" PAIR "aws_session_token =\n", NULL, NULL, AKID, NULL, ""},
    {"[default]\n" PAIR "aws_session_token = \n\n[x]\n", NULL, NULL, AKID, NULL, ""},
    /* The credentials file wins; a file without the id is passed over. */
    {"[default]\n" PAIR, "[default]\n" ID2 KEY2, NULL, AKID, NULL, ""},
    {"[other]\n" ID2, "[default]\n" PAIR, NULL, AKID, NULL, ""},
    {"", "[profile prod]\n" PAIR, "prod", AKID, NULL, ""},
    {NULL, "[profile prod]\n" PAIR "region = eu-west-1\n", "prod", AKID, NULL, "eu-west-1"},
    {NULL, "[default]\n" PAIR, NULL, AKID, NULL, ""},
    {"[default]\n" KEY2, "[default]\n" PAIR, NULL, AKID, NULL, ""},
    /* The region; that of the credentials file wins. */
    {"[default]\n" PAIR, "[default]\nregion = eu-central-1\n", NULL, AKID, NULL, "eu-central-1"},
    {"[default]\n" PAIR "region = us-gov-west-1\n", "[default]\nregion = x\n", NULL, AKID, NULL,
     "us-gov-west-1"},
    {"[p]\n" PAIR, "[default]\nregion = eu-central-1\n", "p", AKID, NULL, ""},
    {"[p]\n" PAIR, "[profile p]\nregion =\n", "p", AKID, NULL, ""},
    /* Keys of all sections. */
    {"[DEFAULT]\n" PAIR "[p]\nx = 1\n", NULL, "p", AKID, NULL, ""},
    /* What leads elsewhere, but only without these keys. */
    {"[default]\n" PAIR, "[default]\ncredential_process = /bin/x\n", NULL, AKID, NULL, ""},
    {"[default]\n" PAIR "source_profile = x\nsso_start_url = https://x\n", NULL, NULL, AKID, NULL,
     ""},
    /* Other people's settings. */
    {"[default]\n" PAIR, "[default]\ns3 =\n  max = 1\n[sso-session x]\nsso_region = y\n", NULL,
     AKID, NULL, ""},
    /* Ids at both ends of their length. */
    {"[default]\naws_access_key_id = 0123456789_aBcD_\n" KEY, NULL, NULL, "0123456789_aBcD_", NULL,
     ""},
    {"[default]\naws_access_key_id = " LONG64 LONG64 "\n" KEY, NULL, NULL, LONG64 LONG64, NULL, ""},
};

static void
keys_are_found_where_botocore_finds_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(found) / sizeof(found[0]); i++) {
        struct err e = ERR_INIT;
        struct cred out;

        if (resolve(found[i].credentials, found[i].config, found[i].profile, CRED_FILE, &out, &e) !=
            0)
            fail_msg("case %zu: %s", i, e.msg);
        assert_string_equal(out.key.access_key_id, found[i].id);
        assert_string_equal(secret_str(out.key.secret_key), WJAL);
        if (found[i].token == NULL)
            assert_null(out.key.session_token);
        else
            assert_string_equal(secret_str(out.key.session_token), found[i].token);
        assert_string_equal(out.region, found[i].region);
        assert_string_equal(out.provider, "file");
        assert_int_equal(out.key.expires, 0);
        cred_free(&out);
        assert_null(out.key.secret_key);
    }
}

static const struct {
    const char *credentials, *config, *profile;
    enum err_code code;
    const char *sentence;
} refused[] = {
    {NULL, NULL, NULL, ERR_DENIED, "file: neither credentials_file nor config_file is given"},
    {"", NULL, NULL, ERR_DENIED, "file: /c: no profile default (names keep their case)"},
    {"[Prod]\n" PAIR, NULL, "prod", ERR_DENIED, "file: /c: no profile prod"},
    {"[a]\n" PAIR, "[profile b]\n" PAIR, "prod", ERR_DENIED, "file: /c and /f: no profile prod"},
    {NULL, "[profile b]\n" PAIR, "prod", ERR_DENIED, "file: /f: no profile prod"},
    {"[profile prod]\n" PAIR, NULL, "prod", ERR_DENIED,
     "file: /c: in this file write [prod] without the word profile"},
    {"[x]\n", "[prod]\n" PAIR, "prod", ERR_DENIED,
     "file: /f: in this file write [profile prod] instead of [prod]"},
    {"[default]\n", NULL, NULL, ERR_DENIED,
     "file: /c: the profile default has no aws_access_key_id"},
    {NULL, "[profile p]\nregion = x-1\n", "p", ERR_DENIED,
     "file: /f: the profile p has no aws_access_key_id"},
    /* Half a pair, in one file or in two. */
    {"[default]\n" ID, NULL, NULL, ERR_FORMAT,
     "file: /c:2: the profile has aws_access_key_id, but no aws_secret_access_key"},
    {"[default]\n\n" KEY, NULL, NULL, ERR_FORMAT,
     "file: /c:3: the profile has aws_secret_access_key, but no aws_access_key_id"},
    {"[default]\n" ID, "[default]\n" KEY, NULL, ERR_FORMAT,
     "file: /c:2: the profile has aws_access_key_id, but no aws_secret_access_key"},
    {NULL, "[default]\n" ID, NULL, ERR_FORMAT,
     "file: /f:2: the profile has aws_access_key_id, but no aws_secret_access_key"},
    /* What a key cannot be. */
    {"[default]\naws_access_key_id =\n" KEY, NULL, NULL, ERR_FORMAT,
     "file: /c:2: aws_access_key_id: is empty"},
    {"[default]\n" ID "aws_secret_access_key =\n", NULL, NULL, ERR_FORMAT,
     "file: /c:3: aws_secret_access_key: is empty"},
    {"[default]\naws_access_key_id = \"" AKID "\"\n" KEY, NULL, NULL, ERR_FORMAT,
     "file: /c:2: aws_access_key_id: is in quotes, which would count; take them away"},
    {"[default]\n" ID "aws_secret_access_key = '" WJAL "'\n", NULL, NULL, ERR_FORMAT,
     "file: /c:3: aws_secret_access_key: is in quotes"},
    {"[default]\n" ID "aws_secret_access_key = " WJAL " # mine\n", NULL, NULL, ERR_FORMAT,
     "file: /c:3: aws_secret_access_key: holds a blank; a comment must stand on a line of its own"},
    {"[default]\n" ID "aws_secret_access_key = wJalrXUtnFEMI\xc3\xa4\n", NULL, NULL, ERR_FORMAT,
     "file: /c:3: aws_secret_access_key: holds a character that is not printable ASCII"},
    {"[default]\n" PAIR "aws_session_token = a\x7f\n", NULL, NULL, ERR_FORMAT,
     "file: /c:4: aws_session_token: holds a character that is not printable ASCII"},
    {"[default]\naws_access_key_id = AKIAIOSFODNN7EX\n" KEY, NULL, NULL, ERR_FORMAT,
     "file: /c:2: aws_access_key_id: is no access key id"},
    {"[default]\naws_access_key_id = " LONG64 LONG64 "0\n" KEY, NULL, NULL, ERR_FORMAT,
     "file: /c:2: aws_access_key_id: is no access key id"},
    {"[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE/\n" KEY, NULL, NULL, ERR_FORMAT,
     "file: /c:2: aws_access_key_id: is no access key id"},
    {"[default]\n" ID "aws_secret_access_key = " LONG64 LONG64 LONG64 LONG64 "0\n", NULL, NULL,
     ERR_FORMAT, "file: /c:3: aws_secret_access_key: has more than 256 bytes"},
    /* The indented line. */
    {"[default]\n" ID "  " KEY, NULL, NULL, ERR_FORMAT,
     "file: /c:3: this line is indented and so goes on with the value of aws_access_key_id"},
    {"[default]\n" ID "  x = 1\n" KEY, NULL, NULL, ERR_FORMAT,
     "file: /c:3: this line is indented and so goes on with the value of aws_access_key_id on "
     "line 2; take away the blanks at its start"},
    {"[default]\n" PAIR "aws_session_token =\n  a=\n", NULL, NULL, ERR_FORMAT,
     "file: /c:5: this line is indented and so goes on with the value of aws_session_token"},
    {"[default]\n" PAIR "region = eu-west-1\n  x\n", NULL, NULL, ERR_FORMAT,
     "file: /c:5: this line is indented and so goes on with the value of region"},
    {"[default]\n" PAIR "region = EU West\n", NULL, NULL, ERR_FORMAT,
     "file: /c:4: region is no region's name such as us-east-1"},
    {"[default]\n" PAIR "region = a-region-of-more-than-31-letters\n", NULL, NULL, ERR_FORMAT,
     "file: /c:4: region is no region's name"},
    /* What leads elsewhere, wrongly. */
    {"[default]\n" PAIR, "[default]\nrole_arn = arn:x\n", NULL, ERR_FORMAT,
     "file: /f:2: role_arn needs source_profile or credential_source in the same profile"},
    {"[default]\n" PAIR "role_arn = arn:x\n", NULL, NULL, ERR_FORMAT,
     "file: /c:4: role_arn needs source_profile or credential_source in the same profile"},
    {NULL, "[profile p]\nrole_arn =\nsource_profile = y\n", "p", ERR_FORMAT,
     "file: /f:2: role_arn is empty; write a value, or take the line away"},
    {NULL, "[profile p]\nrole_arn = arn:x\nsource_profile = y\n", "p", ERR_DENIED,
     "file: /f:3: source_profile: /f: no profile y (names keep their case)"},
    {NULL, "[profile p]\nrole_arn = arn:x\nsource_profile = y\n[y]\n", "p", ERR_DENIED,
     "file: /f:3: source_profile: /f: in this file write [profile y] instead of [y]"},
    {"[y]\nregion = x\n", "[profile p]\nrole_arn = arn:x\nsource_profile = y\n", "p", ERR_DENIED,
     "file: /c: the profile y has no aws_access_key_id"},
    {NULL, "[profile p]\nrole_arn = arn:x\nsource_profile = y\n[profile y]\n" ID, "p", ERR_FORMAT,
     "file: /f:5: the profile has aws_access_key_id, but no aws_secret_access_key"},
    {NULL, "[profile p]\nrole_arn = arn:x\nsource_profile = p\ncredential_source = EcsContainer\n",
     "p", ERR_FORMAT,
     "file: /f:4: credential_source stands beside source_profile; remove one of the two"},
    {NULL, "[profile p]\nrole_arn = arn:x\ncredential_source = Environment\n", "p", ERR_FORMAT,
     "file: /f:3: credential_source Environment is not supported, nothing is read from the "
     "environment; write source_profile and a profile with the keys"},
    {NULL, "[profile p]\nrole_arn = arn:x\ncredential_source = ec2\n", "p", ERR_FORMAT,
     "file: /f:3: credential_source is none of Ec2InstanceMetadata and EcsContainer"},
    {NULL, "[profile p]\nrole_arn = arn:x\nmfa_serial = arn:m\nsource_profile = y\n", "p",
     ERR_FORMAT,
     "file: /f:3: mfa_serial is not supported, nobody is there to type a code; let this host "
     "assume a role that does not ask for one"},
    {NULL, "[profile p]\nrole_arn = arn:x\nduration_seconds = 1h\nsource_profile = y\n", "p",
     ERR_FORMAT, "file: /f:3: duration_seconds is no number of seconds from 900 to 43200"},
    {NULL, "[profile p]\nrole_arn = arn:x\nduration_seconds = 899\nsource_profile = y\n", "p",
     ERR_FORMAT, "file: /f:3: duration_seconds is no number of seconds from 900 to 43200"},
    {NULL, "[profile p]\nrole_arn = arn:x\nduration_seconds = 43201\nsource_profile = y\n", "p",
     ERR_FORMAT, "file: /f:3: duration_seconds is no number of seconds from 900 to 43200"},
    {NULL, "[profile p]\nrole_arn = arn:x\nexternal_id = a\n  b\nsource_profile = y\n", "p",
     ERR_FORMAT,
     "file: /f:4: this line is indented and so goes on with the value of external_id on line 3"},
    {NULL, "[profile p]\nrole_arn = arn:x\nrole_session_name = " LONG64 "0\n", "p", ERR_FORMAT,
     "file: /f:3: role_session_name is too long"},
    {NULL, "[profile p]\nrole_arn = arn:\xff\nsource_profile = y\n", "p", ERR_FORMAT,
     "file: /f:2: role_arn holds a character that is not printable UTF-8"},
    {NULL, "[profile p]\nsource_profile = y\n", "p", ERR_FORMAT,
     "file: /f:2: source_profile needs role_arn in the same profile"},
    {NULL, "[profile p]\ncredential_source = Ec2InstanceMetadata\n", "p", ERR_FORMAT,
     "file: /f:2: credential_source needs role_arn in the same profile"},
    {NULL, "[default]\ncredential_process =\n" PAIR, NULL, ERR_FORMAT,
     "file: /f:2: credential_process is empty"},
    {NULL, "[default]\ncredential_process = /bin/x\n" PAIR, NULL, ERR_DENIED,
     "file: /f:2: credential_process was not run"},
    {"[default]\n" PAIR, "[default]\nweb_identity_token_file = /t\n", NULL, ERR_FORMAT,
     "file: /f:2: web_identity_token_file needs role_arn in the same profile"},
    {"[default]\n" PAIR, "[default]\nsso_role_name = r\n", NULL, ERR_FORMAT,
     "file: /f:2: sso_role_name is not supported, nobody is there to sign in; let this host assume "
     "a role"},
    {NULL, "[default]\nsso_session = s\n", NULL, ERR_FORMAT,
     "file: /f:2: sso_session is not supported"},
    /* Circles. */
    {NULL, "[profile p]\nrole_arn = arn:x\nsource_profile = p\n", "p", ERR_FORMAT,
     "file: /f:3: source_profile leads in a circle (p -> p); one of them has to have keys instead of "
     "a role"},
    {NULL,
     "[profile p]\nrole_arn = a\nsource_profile = q\n[profile q]\nrole_arn = a\n"
     "source_profile = r\n[profile r]\nrole_arn = a\nsource_profile = p\n",
     "p", ERR_FORMAT, "file: /f:9: source_profile leads in a circle (p -> q -> r -> p)"},
    {NULL,
     "[profile p]\nrole_arn = a\nsource_profile = q\n[profile q]\nrole_arn = a\n"
     "source_profile = q\n",
     "p", ERR_FORMAT, "file: /f:6: source_profile leads in a circle (p -> q -> q)"},
    {"[p]\n" PAIR,
     "[profile p]\nrole_arn = a\nsource_profile = q\n[profile q]\nrole_arn = a\n"
     "source_profile = p\n",
     "p", ERR_FORMAT, "file: /f:6: source_profile leads in a circle (p -> q -> p)"},
    {NULL,
     ROLE("0", "1") ROLE("1", "2") ROLE("2", "3") ROLE("3", "4") ROLE("4", "5") ROLE("5", "6")
         ROLE("6", "7") ROLE("7", "8") ROLE("8", "9"),
     "0", ERR_LIMIT, "file: /f:26: more than 8 roles one after the other"},
    /* A broken file is an error though the other one would do. */
    {"[default]\n" PAIR, "x\n", NULL, ERR_FORMAT,
     "file: /f:1: this stands before the first [section]"},
    {"[default]\n" PAIR "[default]\n", NULL, NULL, ERR_FORMAT,
     "file: /c:4: this section stands on line 1 already"},
    {"\xef\xbb\xbf[default]\n" PAIR, NULL, NULL, ERR_FORMAT,
     "file: /c:1: the file begins with a byte order mark"},
};

static void
refusals_say_where_and_how_to_mend(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        struct err e = ERR_INIT;
        struct cred out;

        if (resolve(refused[i].credentials, refused[i].config, refused[i].profile, CRED_FILE, &out,
                    &e) != -1)
            fail_msg("not refused: %s", refused[i].sentence);
        if (e.code != refused[i].code ||
            strncmp(e.msg, refused[i].sentence, strlen(refused[i].sentence)) != 0)
            fail_msg("%d \"%s\" instead of %d \"%s\"", e.code, e.msg, refused[i].code,
                     refused[i].sentence);
        assert_null(strstr(e.msg, "wJal"));
        assert_null(strstr(e.msg, AKID));
        assert_null(out.key.secret_key);
        assert_null(out.key.session_token);
        assert_string_equal(out.key.access_key_id, "");
    }
}

/* `auto` does not go past a file that was given for its keys. */
static void
auto_stops_at_a_broken_file(void **state)
{
    struct err e = ERR_INIT;
    struct cred out;

    (void)state;
    assert_int_equal(resolve("[x]\n", NULL, NULL, CRED_AUTO, &out, &e), -1);
    assert_string_equal(e.msg, "file: /c: no profile default (names keep their case)");
    assert_int_equal(resolve("[default]\n", NULL, NULL, CRED_AUTO, &out, &e), -1);
    assert_string_equal(e.msg, "file: /c: the profile default has no aws_access_key_id");
    assert_int_equal(resolve("[default]\n" ID, NULL, NULL, CRED_AUTO, &out, &e), -1);
    assert_int_equal(e.code, ERR_FORMAT);
    assert_int_equal(resolve("[default]\n" PAIR, NULL, NULL, CRED_AUTO, &out, &e), 0);
    assert_string_equal(out.provider, "file");
    cred_free(&out);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_found_where_botocore_finds_them),
        cmocka_unit_test(refusals_say_where_and_how_to_mend),
        cmocka_unit_test(auto_stops_at_a_broken_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
