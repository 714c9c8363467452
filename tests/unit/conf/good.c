/* Configurations that are accepted, and what becomes of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "conf/conf.h"

static struct conf *
load(const char *text)
{
    struct err e = ERR_INIT;
    struct conf *c = conf_parse("/etc/iamlp/iamlp.conf", text, strlen(text), &e);

    if (c == NULL)
        fail_msg("%s", e.msg);
    return c;
}

static void
check_list(const struct conf_list *list, const char *const *words)
{
    size_t n = 0;

    for (; words[n] != NULL; n++) {
        assert_true(n < list->count);
        assert_string_equal(list->words[n], words[n]);
    }
    assert_int_equal(list->count, n);
    assert_null(list->words[n]);
}

static void
nothing_gives_the_defaults(void **state)
{
    static const char *const exclude[] = {"root",   "ubuntu", "ec2-user", "admin", "debian",
                                          "centos", "rocky",  "fedora",   NULL};
    struct conf *c = load("");

    (void)state;
    assert_string_equal(c->path, "/etc/iamlp/iamlp.conf");
    assert_int_equal(c->min_uid, 1000);
    assert_int_equal(c->min_uid_line, 0);
    check_list(&c->exclude, exclude);
    assert_int_equal(c->create, CONF_CREATE_CLAIM);
    assert_int_equal(c->shell, CONF_SHELL_CLAIM);
    assert_int_equal(c->snooze, 24 * 3600);
    assert_int_equal(c->retry_after, 300);
    assert_false(c->claim_unverified);
    assert_int_equal(c->source, CONF_SOURCE_GENERATE);
    assert_int_equal(c->length, 20);
    assert_string_equal(c->password_exclude, "");
    assert_int_equal(c->hold, 7 * 86400);
    assert_false(c->reissue);
    assert_int_equal(c->credentials, CONF_CREDENTIALS_AUTO);
    assert_int_equal(c->role_duration, 3600);
    assert_null(c->credentials_file);
    assert_null(c->profile);
    assert_int_equal(c->user_count, 0);
    assert_int_equal(c->rule_count, 0);
    assert_int_equal(c->account_count, 1);
    assert_ptr_equal(conf_find_account(c, ""), &c->accounts[0]);
    assert_null(c->accounts[0].require_tag_key);
    assert_false(c->accounts[0].recreate);
    assert_null(conf_find_account(c, "prod"));
    conf_free(c);
}

static void
login_and_password(void **state)
{
    static const char *const exclude[] = {"root", "build bot", NULL}, *const nobody[] = {NULL};
    struct conf *c = load("# people\n"
                          "[login]\n"
                          "min_uid = 1\n"
                          "exclude = root , build bot\n"
                          "create = claim\n"
                          "shell=off\n"
                          "snooze = 90s\n"
                          "retry_after = 24h\n"
                          "claim_unverified = yes\n"
                          "; machines\n"
                          "[password]\n"
                          "source = generate\n"
                          "length = 128\n"
                          "exclude = \"#;'%\"\n"
                          "hold = none\n"
                          "reissue = 'yes'\n");

    (void)state;
    assert_int_equal(c->min_uid, 1);
    assert_int_equal(c->min_uid_line, 3);
    check_list(&c->exclude, exclude);
    assert_int_equal(c->exclude_line, 4);
    assert_int_equal(c->shell, CONF_SHELL_OFF);
    assert_int_equal(c->snooze, 90);
    assert_int_equal(c->retry_after, 86400);
    assert_true(c->claim_unverified);
    assert_int_equal(c->length, 128);
    assert_string_equal(c->password_exclude, "#;'%");
    assert_int_equal(c->hold, 0);
    assert_true(c->reissue);
    conf_free(c);
    c = load("[login]\nexclude =\nmin_uid = 4294967294\n");
    check_list(&c->exclude, nobody);
    assert_int_equal(c->min_uid, 4294967294);
    conf_free(c);
    c = load("[login]\nsnooze=1d\n[password]\nhold=90d\n");
    assert_int_equal(c->snooze, 86400);
    assert_int_equal(c->hold, 90 * 86400);
    conf_free(c);
}

static void
aws_and_accounts(void **state)
{
    struct conf *c = load("[users]\n"
                          "alice = prod:Alice\n"
                          "[aws]\n"
                          "credentials = file\n"
                          "credentials_file = /etc/iamlp/credentials\n"
                          "config_file = /etc/iamlp/config\n"
                          "profile = the people\n"
                          "imds_endpoint_url = http://[fd00:ec2::254]\n"
                          "imds_role = iamlp+host\n"
                          "ca_bundle = /etc/ssl/ours.pem\n"
                          "region = us-gov-west-1\n"
                          "[account prod]\n"
                          "id = 123456789012\n"
                          "region = eusc-de-east-1\n"
                          "endpoint_url = http://127.0.0.1:4566\n"
                          "signin_url = \"https://example.com/sso?x=1#/start\"\n"
                          "require_path = /people/eu/\n"
                          "require_tag = iamlp:state=a=b\n"
                          "recreate = yes\n"
                          "[account dev]\n"
                          "require_path = /\n"
                          "require_tag = pending=\n");
    const struct conf_account *aws = conf_find_account(c, ""), *prod = conf_find_account(c, "prod"),
                              *dev = conf_find_account(c, "dev");

    (void)state;
    assert_int_equal(c->account_count, 3);
    assert_int_equal(c->credentials, CONF_CREDENTIALS_FILE);
    assert_string_equal(c->credentials_file, "/etc/iamlp/credentials");
    assert_string_equal(c->config_file, "/etc/iamlp/config");
    assert_string_equal(c->profile, "the people");
    assert_string_equal(c->imds_endpoint_url, "http://[fd00:ec2::254]");
    assert_string_equal(c->imds_role, "iamlp+host");
    assert_string_equal(c->ca_bundle, "/etc/ssl/ours.pem");
    assert_string_equal(aws->region, "us-gov-west-1");
    assert_int_equal(aws->line, 0);
    assert_null(aws->id);
    assert_int_equal(prod->line, 12);
    assert_string_equal(prod->id, "123456789012");
    assert_string_equal(prod->region, "eusc-de-east-1");
    assert_string_equal(prod->endpoint_url, "http://127.0.0.1:4566");
    assert_string_equal(prod->signin_url, "https://example.com/sso?x=1#/start");
    assert_string_equal(prod->require_path, "/people/eu/");
    assert_string_equal(prod->require_tag_key, "iamlp:state");
    assert_string_equal(prod->require_tag_value, "a=b");
    assert_true(prod->recreate);
    assert_string_equal(dev->require_path, "/");
    assert_string_equal(dev->require_tag_value, "");
    assert_null(dev->region); /* nothing is inherited */
    conf_free(c);
}

#define ARN "arn:aws:iam::123456789012:role/eu/iamlp+host"

static void
roles_and_providers(void **state)
{
    struct conf *c = load("[aws]\n"
                          "credentials = auto\n"
                          "credentials_file = /run/keys\n"
                          "web_identity_token_file = /run/token\n"
                          "container_uri = http://169.254.170.23/v1/credentials\n"
                          "container_token_file = /run/container\n"
                          "role_duration = 12h\n"
                          "session_name = %u@%h\n"
                          "source_identity = %%%u\n"
                          "proxy = http://proxy.example.com:3128\n"
                          "proxy_auth_file = /etc/iamlp/proxy-auth\n"
                          "use_fips = yes\n"
                          "use_dualstack = yes\n"
                          "[account prod]\n"
                          "id = 123456789012\n"
                          "role_arn = " ARN "\n"
                          "external_id = a:b/c-1\n"
                          "endpoint_url = https://iam.example.com\n"
                          "sts_endpoint_url = https://sts.example.com\n"
                          "[account role]\n"
                          "role_arn = arn:aws:iam::111122223333:role/iamlp\n");
    const struct conf_account *aws = conf_find_account(c, ""), *prod = conf_find_account(c, "prod");

    (void)state;
    assert_int_equal(c->credentials, CONF_CREDENTIALS_AUTO);
    assert_string_equal(c->web_identity_token_file, "/run/token");
    assert_string_equal(c->container_uri, "http://169.254.170.23/v1/credentials");
    assert_string_equal(c->container_token_file, "/run/container");
    assert_int_equal(c->role_duration, 12 * 3600);
    assert_string_equal(c->session_name, "%u@%h");
    assert_string_equal(c->source_identity, "%%%u");
    assert_string_equal(c->proxy, "http://proxy.example.com:3128");
    assert_string_equal(c->proxy_auth_file, "/etc/iamlp/proxy-auth");
    assert_true(c->use_fips);
    assert_true(c->use_dualstack);
    assert_null(aws->role_arn);
    assert_null(aws->id);
    assert_string_equal(conf_find_account(c, "role")->id, "111122223333");
    assert_string_equal(prod->role_arn, ARN);
    assert_string_equal(prod->external_id, "a:b/c-1");
    assert_string_equal(prod->sts_endpoint_url, "https://sts.example.com");
    conf_free(c);
}

/* Each word with what it needs, and a role without an id to compare it with. */
static void
every_provider(void **state)
{
    static const struct {
        const char *text;
        enum conf_credentials is;
    } words[] = {
        {"auto", CONF_CREDENTIALS_AUTO},
        {"imds", CONF_CREDENTIALS_IMDS},
        {"file\ncredentials_file=/c", CONF_CREDENTIALS_FILE},
        {"process\nconfig_file=/c", CONF_CREDENTIALS_PROCESS},
        {"web_identity\nweb_identity_token_file=/t\nrole_arn=" ARN, CONF_CREDENTIALS_WEB_IDENTITY},
        {"container\ncontainer_uri=http://169.254.170.2/x", CONF_CREDENTIALS_CONTAINER},
    };
    char text[256];

    (void)state;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        struct conf *c;

        (void)snprintf(text, sizeof(text), "[aws]\ncredentials=%s\n", words[i].text);
        c = load(text);
        assert_int_equal(c->credentials, words[i].is);
        assert_string_equal(c->session_name, "iamlp-%h");
        assert_null(c->source_identity);
        conf_free(c);
    }
}

static void
users_and_rules(void **state)
{
    static const char *const groups[] = {"staff", "Domänen-Benutzer", "domain users", NULL};
    static const char *const exclude[] = {"Bob", NULL}, *const none[] = {NULL};
    struct conf *c = load("[rule second]\n"
                          "iam_user = %1+%2\n"
                          "match = (a|b)(.*)\n"
                          "account = prod\n"
                          "case = lower\n"
                          "groups = staff,Domänen-Benutzer, domain users\n"
                          "exclude = Bob\n"
                          "[users]\n"
                          "carol.o-hara = Carol_1+=,.@-\n"
                          "alice = prod:Carol_1+=,.@-\n"
                          "bob =\n"
                          "dora =\n"
                          "alice@example.com = alice\n"
                          "example\\bob = Bob\n"
                          "[account prod]\n"
                          "[rule first]\n"
                          "iam_user = %u\n"
                          "account =\n");

    (void)state;
    assert_int_equal(c->user_count, 6);
    assert_string_equal(c->users[0].name, "carol.o-hara");
    assert_string_equal(c->users[0].account, "");
    assert_string_equal(c->users[0].iam_user, "Carol_1+=,.@-");
    assert_int_equal(c->users[0].line, 9);
    assert_string_equal(c->users[1].account, "prod"); /* the same name, another account */
    assert_string_equal(c->users[2].iam_user, "");
    assert_string_equal(c->users[3].iam_user, ""); /* never is no IAM user to share */
    assert_string_equal(c->users[4].name, "alice@example.com");
    assert_string_equal(c->users[5].name, "example\\bob");
    assert_int_equal(c->rule_count, 2);
    assert_string_equal(c->rules[0].name, "second"); /* file order */
    assert_int_equal(c->rules[0].line, 1);
    check_list(&c->rules[0].groups, groups);
    check_list(&c->rules[0].exclude, exclude);
    assert_true(c->rules[0].has_match);
    assert_string_equal(c->rules[0].iam_user, "%1+%2");
    assert_string_equal(c->rules[0].account, "prod");
    assert_int_equal(c->rules[0].fold, CONF_CASE_LOWER);
    assert_string_equal(c->rules[1].name, "first");
    assert_int_equal(c->rules[1].line, 16);
    check_list(&c->rules[1].groups, none);
    assert_false(c->rules[1].has_match);
    assert_string_equal(c->rules[1].account, "");
    assert_int_equal(c->rules[1].fold, CONF_CASE_KEEP);
    conf_free(c);
}

/* Alternatives, too: the anchors stand outside of them. */
static void
match_is_for_the_whole_name(void **state)
{
    static const struct {
        const char *name;
        int rc;
    } rows[] = {{"a", 0},
                {"b", 0},
                {"ab", REG_NOMATCH},
                {"xa", REG_NOMATCH},
                {"bx", REG_NOMATCH},
                {"a\nb", REG_NOMATCH}};
    struct conf *c = load("[rule r]\niam_user=%u\nmatch = a|b\n");

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(regexec(&c->rules[0].match, rows[i].name, 0, NULL, 0), rows[i].rc);
    conf_free(c);
}

static void
freeing_nothing_is_allowed(void **state)
{
    (void)state;
    conf_free(NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_gives_the_defaults),
        cmocka_unit_test(login_and_password),
        cmocka_unit_test(aws_and_accounts),
        cmocka_unit_test(roles_and_providers),
        cmocka_unit_test(every_provider),
        cmocka_unit_test(users_and_rules),
        cmocka_unit_test(match_is_for_the_whole_name),
        cmocka_unit_test(freeing_nothing_is_allowed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
