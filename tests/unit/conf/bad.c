/* Configurations that must provision nobody: each with the line it is blamed on,
 * what is said to be wrong, and how it is to be mended. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "conf/conf.h"

#define PATH "/etc/iamlp/iamlp.conf"
#define A50  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A100 A50 A50
#define A65  A50 "aaaaaaaaaaaaaaa"

struct row {
    const char *name;
    const char *text;
    const char *line;
    const char *wrong;
    const char *mend;
};

static const struct row syntax[] = {
    {"no equals", "[login]\nmin_uid 1000\n", "2", "neither [section], key = value",
     "write a list on one line"},
    {"colon for equals", "[login]\nmin_uid: 1000\n", "2", "no '='",
     "write key = value, not key: value"},
    {"continuation line", "[login]\nexclude = root,\n  admin\n", "3", "neither [section]",
     "on one line"},
    {"no key", "[login]\n= 1000\n", "2", "a key without a name", "remove the line"},
    {"key before any section", "\nmin_uid = 1000\n[login]\n", "2", "before any section",
     "write [NAME] above"},
    {"blank in a key", "[login]\nmin uid = 1000\n", "2", "a blank", "write key = value"},
    {"colon in a key", "[users]\nprod:alice = Alice\n", "2", "in front of the '='",
     "write key = value"},
    {"quoted key", "[users]\n\"alice\" = Alice\n", "2", "in front of the '='", "write key = value"},
    {"section not closed", "[login\nmin_uid = 1000\n", "1", "'[' without ']'",
     "write the section as [NAME]"},
    {"section not closed, with equals", "[users = x\n", "1", "'[' without ']'", "[NAME]"},
    {"comment behind a section", "[login] # people\n", "1", "text after the section's ']'",
     "line of its own"},
    {"section without a name", "[]\n", "1", "a section without a name", "write one"},
    {"blanks in the brackets", "[ login ]\n", "1", "blanks inside the brackets", "write [login]"},
    {"colon in a section", "[rule:staff]\n", "1", "one of [ : =", "leave it out"},
    {"two brackets", "[[login]]\n", "1", "text after the section's ']'", "line of its own"},
    {"capitals in a section", "[Login]\n", "1", "capitals in the section 'Login'", "lower case"},
    {"capitals in a rule's name", "[rule Staff]\niam_user=%u\n", "1", "capitals in the section",
     "lower case"},
    {"capitals in an account's name", "[account PROD]\n", "1", "capitals in the section",
     "lower case"},
    {"capitals in a key", "[login]\nMin_uid = 1000\n", "2", "capitals in the key 'Min_uid'",
     "lower case"},
    {"capitals in a user", "[users]\nbob = Bob\nAlice = Alice\n", "3",
     "capitals in the key 'Alice'", "use a [rule NAME] with match"},
    {"unknown section", "[logins]\n", "1", "unknown section [logins]", "write [login], [users]"},
    {"rule without a name", "[rule]\n", "1", "unknown section [rule]", "[rule NAME]"},
    {"account without a name", "[account]\n", "1", "unknown section [account]", "[account NAME]"},
    {"blank in a rule's name", "[rule the staff]\n", "1", "more than letters, digits, _ and -",
     "[rule NAME]"},
    {"two blanks before a name", "[rule  staff]\n", "1", "more than letters", "[rule NAME]"},
    {"dot in an account's name", "[account a.b]\n", "1", "more than letters", "[account NAME]"},
    {"section twice", "[login]\n[users]\n[login]\n", "3", "the section 'login' stands in line 1",
     "keep one"},
    {"section twice in other case", "[login]\n[LOGIN]\n", "2", "capitals", "lower case"},
    {"rule twice", "[rule a]\niam_user=%u\n[rule a]\niam_user=%u\n", "3",
     "'rule a' stands in line 1", "keep one"},
    {"key twice", "[login]\nmin_uid=1000\n\nmin_uid=2000\n", "4",
     "the key 'min_uid' stands in line 2", "keep one"},
    {"user twice", "[users]\nalice=A\nbob=B\nalice=C\n", "4", "the key 'alice' stands in line 2",
     "keep one"},
    {"quote not closed", "[aws]\nprofile = \"people\n", "2", "the quote \" is not closed",
     "add one at the end"},
    {"other quote closes", "[aws]\nprofile = \"people'\n", "2", "the quote \" is not closed",
     "add one"},
    {"single quote not closed", "[aws]\nprofile = 'people\n", "2", "the quote ' is not closed",
     "add one"},
    {"lone quote", "[password]\nexclude = \"\n", "2", "is not closed", "add one"},
    {"quote within", "[aws]\nprofile = peo\"ple\n", "2", "a quote (\") inside the value",
     "other kind"},
    {"quotes within quotes", "[aws]\nprofile = \"a\"b\"\n", "2", "text after the closing quote",
     "other kind of quote"},
    {"comment behind a quoted value", "[aws]\nprofile = \"people\" # ours\n", "2",
     "text after the closing quote", "line of its own"},
    {"control byte", "[aws]\nprofile = peo\001ple\n", "2", "byte 14 is a control character",
     "plain UTF-8"},
    {"escape sequence in a comment", "[aws]\n# \033[2J\n", "2", "byte 3 is a control",
     "plain UTF-8"},
    {"carriage return within", "[aws]\nprofile = a\rb\n", "2", "control character", "remove it"},
    {"vertical tab", "[aws]\n\vprofile = a\n", "2", "byte 1 is a control", "remove it"},
    {"Latin-1", "[rule a]\ngroups = M\374ller\n", "2", "not UTF-8", "save the file as plain UTF-8"},
    {"right-to-left override", "[users]\nalice = \342\200\256ecila\n", "2", "byte 9 is",
     "remove it"},
    {"long name", "[users]\n" A100 A100 A100 " = Alice\n", "2", "more than 255 bytes",
     "shorten it"},
};

static const struct row option[] = {
    {"unknown key", "[login]\nmin_gid = 1000\n", "2", "unknown key 'min_gid'",
     "known here are min_uid exclude create"},
    {"key of elsewhere", "[login]\nlength = 20\n", "2", "'length' is not a key of this section",
     "move it to [password]"},
    {"secret in the wrong place",
     "[aws]\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY\n", "2",
     "unknown key 'aws_secret_access_key'", "credentials_file"},
    {"key of [aws] in an account", "[account a]\ncredentials = auto\n", "2",
     "not a key of this section", "[aws]"},
    {"no value", "[aws]\nregion =\n", "2", "region: no value", "remove the line"},
    {"empty quotes", "[aws]\nregion = \"\"\n", "2", "region: no value", "remove the line"},
    {"empty groups would be everybody", "[rule a]\niam_user=%u\ngroups =\n", "3",
     "groups: no value", "remove the line"},
    {"empty match", "[rule a]\niam_user=%u\nmatch = ''\n", "3", "match: no value",
     "remove the line"},
    {"not a number", "[login]\nmin_uid = many\n", "2", "min_uid: not a whole number",
     "digits only"},
    {"negative number", "[login]\nmin_uid = -1\n", "2", "not a whole number", "digits only"},
    {"hexadecimal number", "[login]\nmin_uid = 0x3e8\n", "2", "not a whole number", "digits only"},
    {"root is never served", "[login]\nmin_uid = 0\n", "2", "min_uid: out of range",
     "from 1 to 4294967294"},
    {"uid of nobody at all", "[login]\nmin_uid = 4294967295\n", "2", "out of range", "from 1 to"},
    {"number that overflows", "[login]\nmin_uid = 18446744073709552616\n", "2", "out of range",
     "from 1 to"},
    {"password too short", "[password]\nlength = 5\n", "2", "length: out of range",
     "from 6 to 128"},
    {"password too long", "[password]\nlength = 129\n", "2", "length: out of range",
     "from 6 to 128"},
    {"not yes or no", "[password]\nreissue = maybe\n", "2", "reissue: neither yes nor no",
     "write one of them"},
    {"yes in capitals", "[aws]\nrecreate = Yes\n", "2", "recreate: neither yes nor no",
     "write one"},
    {"duration without unit", "[login]\nretry_after = 300\n", "2", "not a duration", "such as 24h"},
    {"duration of unknown unit", "[login]\nretry_after = 1w\n", "2", "not a duration",
     "s, m, h, d"},
    {"duration in two parts", "[login]\nretry_after = 1h30m\n", "2", "not a duration",
     "s, m, h, d"},
    {"unit alone", "[password]\nhold = d\n", "2", "not a duration", "or none"},
    {"duration none", "[login]\nsnooze = none\n", "2", "snooze: not a duration", "24h"},
    {"duration too long", "[login]\nsnooze = 25h\n", "2", "snooze: out of range", "from 1m to 1d"},
    {"duration of nothing", "[login]\nretry_after = 0s\n", "2", "out of range", "from 1s to 1d"},
    {"duration that overflows", "[password]\nhold = 9223372036854775807d\n", "2", "out of range",
     "1m to 90d, or none"},
    {"unknown word", "[login]\nshell = maybe\n", "2", "shell: an unknown word",
     "write one of claim, hint, off"},
    {"word in capitals", "[aws]\ncredentials = FILE\n", "2", "an unknown word",
     "auto, file, process"},
    {"word of elsewhere", "[rule a]\niam_user=%u\ncase = upper\n", "3", "case: an unknown word",
     "keep, lower"},
    {"comma at the end", "[login]\nexclude = root,\n", "2", "a comma with nothing beside it",
     "word, word, word"},
    {"two commas", "[login]\nexclude = root, ,admin\n", "2", "a comma with nothing",
     "word, word, word"},
    {"comma alone", "[rule a]\niam_user=%u\ngroups = ,\n", "3", "a comma with nothing",
     "word, word"},
    {"relative path", "[aws]\nca_bundle = ca.pem\n", "2", "not the absolute path", "begins with /"},
    {"home directory", "[aws]\ncredentials_file = ~/.aws/credentials\n", "2",
     "not the absolute path", "are not expanded"},
    {"root as a file", "[aws]\nconfig_file = /\n", "2", "not the absolute path", "begins with /"},
    {"region with underscore", "[aws]\nregion = us_east_1\n", "2", "region: not of the form",
     "such as us-east-1"},
    {"zone for a region", "[aws]\nregion = us-east-1a\n", "2", "region: not of the form",
     "us-east-1"},
    {"region too long", "[aws]\nregion = us-" A65 "-1\n", "2", "region: 70 characters long",
     "1 to 31"},
    {"short account id", "[aws]\nid = 12345678901\n", "2", "id: 11 characters long", "12 digits"},
    {"alias for an account id", "[account a]\nid = example-corp\n", "2", "id: not of the form",
     "12 digits"},
    {"path without its end", "[aws]\nrequire_path = /people\n", "2",
     "require_path: not of the form", "ends with /"},
    {"tag without value", "[aws]\nrequire_tag = pending\n", "2", "require_tag: not a tag",
     "KEY=VALUE"},
    {"tag without key", "[aws]\nrequire_tag = =pending\n", "2", "not a tag", "KEY=VALUE"},
    {"tag too long", "[aws]\nrequire_tag = " A100 A100 "=1\n", "2", "longer than IAM's tags",
     "128"},
    {"role with a slash", "[aws]\nimds_role = a/b\n", "2", "imds_role: not of the form",
     "letters, digits"},
    {"profile in brackets", "[aws]\nprofile = [people]\n", "2", "profile: not of the form",
     "without brackets"},
    {"blank to exclude", "[password]\nexclude = \"a b\"\n", "2", "exclude: not of the form",
     "without blanks"},
    {"http elsewhere", "[aws]\nendpoint_url = http://iam.example.com\n", "2",
     "endpoint_url: plain http", "https://"},
    {"http sign-in page", "[aws]\nsignin_url = http://localhost/console\n", "2",
     "signin_url: plain http", "https://"},
    {"no URL", "[aws]\nimds_endpoint_url = 169.254.169.254\n", "2", "not a URL", "https://"},
};

#define ARN "arn:aws:iam::123456789012:role/iamlp"

static const struct row role[] = {
    {"user for a role", "[aws]\nrole_arn = arn:aws:iam::123456789012:user/x\n", "2",
     "role_arn: not of the form", "role/NAME"},
    {"role of no account", "[aws]\nrole_arn = arn:aws:iam::12345:role/iamlp\n", "2",
     "role_arn: not of the form", "role/NAME"},
    {"role of another account", "[account a]\nid = 111122223333\nrole_arn = " ARN "\n", "3",
     "role_arn is of another account than id = 111122223333", "correct one"},
    {"role of another account in [aws]", "[aws]\nrole_arn = " ARN "\nid = 111122223333\n", "2",
     "role_arn is of another account", "correct one"},
    {"external id of one", "[account a]\nexternal_id = x\n", "2", "external_id: 1 characters long",
     "2 to 1224"},
    {"external id with a blank", "[account a]\nexternal_id = a b\n", "2",
     "external_id: not of the form", "letters, digits"},
    {"external id without a role", "[aws]\nrole_arn = " ARN "\n[account a]\nexternal_id = x1\n",
     "4", "external_id without a role", "add role_arn"},
    {"source identity without a role", "[aws]\nsource_identity = %u\n", "2",
     "source_identity without a role", "add role_arn"},
    {"session of less", "[aws]\nrole_duration = 14m\n", "2", "role_duration: out of range",
     "from 15m to 12h"},
    {"session of more", "[aws]\nrole_duration = 13h\n", "2", "role_duration: out of range",
     "from 15m to 12h"},
    {"unknown letter in a session's name", "[aws]\nsession_name = iamlp-%x\n", "2",
     "session_name: not of the form", "%u (the user), %h (this host)"},
    {"lone percent in a session's name", "[aws]\nsession_name = iamlp-%\n", "2",
     "session_name: not of the form", "%h"},
    {"blank in a session's name", "[aws]\nsession_name = on %h\n", "2",
     "session_name: not of the form", "letters"},
    {"slash in a source identity", "[aws]\nrole_arn = " ARN "\nsource_identity = a/%u\n", "3",
     "source_identity: not of the form", "letters"},
};

static const struct row provider[] = {
    {"process without a file", "[aws]\ncredentials = process\n", "2",
     "credentials = process without a profile", "add config_file"},
    {"web identity without a token", "[aws]\ncredentials = web_identity\nrole_arn = " ARN "\n", "2",
     "credentials = web_identity without a token", "add web_identity_token_file"},
    {"web identity without a role",
     "[aws]\nweb_identity_token_file = /t\ncredentials = web_identity\n", "3", "[aws] has none",
     "add role_arn"},
    {"web identity without a role in one account",
     "[aws]\ncredentials = web_identity\nweb_identity_token_file = /t\n"
     "[account a]\nrole_arn = " ARN "\n[account b]\nid = 111122223333\n",
     "2", "[account b] has none", "add role_arn"},
    {"source identity by a token",
     "[aws]\ncredentials = web_identity\nweb_identity_token_file = /t\nrole_arn = " ARN
     "\nsource_identity = %u\n",
     "5", "source_identity with a role by web_identity_token_file", "remove the line"},
    {"source identity by a token that auto may find",
     "[aws]\nweb_identity_token_file = /t\nconfig_file = /c\nrole_arn = " ARN
     "\nsource_identity = %u\n",
     "5", "source_identity with a role by web_identity_token_file", "choose other credentials"},
    {"external id by a token",
     "[aws]\ncredentials = web_identity\nweb_identity_token_file = /t\nrole_arn = " ARN
     "\n[account a]\nrole_arn = " ARN "\nexternal_id = x1\n",
     "7", "external_id with a role by web_identity_token_file", "remove the line"},
    {"external id by a token that auto finds",
     "[aws]\nweb_identity_token_file = /t\nrole_arn = " ARN "\nexternal_id = x1\n", "4",
     "external_id with a role by web_identity_token_file", "choose other credentials"},
    {"container without an address", "[aws]\ncredentials = container\n", "2",
     "credentials = container without an address", "add container_uri"},
    {"container on plain http", "[aws]\ncontainer_uri = http://192.0.2.1/x\n", "2",
     "container_uri: plain http", "https://"},
    {"container's token alone", "[aws]\ncontainer_token_file = /t\n", "2",
     "container_token_file without container_uri", "remove the line"},
    {"profile of no file", "[aws]\nprofile = bastion\n", "2", "profile without a file",
     "add credentials_file or config_file"},
    {"relative token file", "[aws]\nweb_identity_token_file = token\n", "2",
     "web_identity_token_file: not the absolute path", "begins with /"},
    {"password for no proxy", "[aws]\nproxy_auth_file = /t\n", "2", "proxy_auth_file without proxy",
     "remove the line"},
    {"proxy with a password", "[aws]\nproxy = http://u:p@192.0.2.1:3128\n", "2",
     "proxy: a user name or password", "remove it"},
    {"proxy with a path", "[aws]\nproxy = http://192.0.2.1:3128/x\n", "2",
     "proxy: a path behind the proxy", "http://HOST:PORT"},
    {"proxy of another kind", "[aws]\nproxy = socks5://192.0.2.1:1080\n", "2", "proxy: not a URL",
     "https://"},
    {"fips maybe", "[aws]\nuse_fips = true\n", "2", "use_fips: neither yes nor no", "write one"},
};

static const struct row together[] = {
    {"rule without iam_user", "[login]\n[rule a]\ngroups = staff\n", "2",
     "[rule a] has no iam_user", "add iam_user = %u"},
    {"rule in no account", "[rule a]\niam_user=%u\naccount = prod\n", "3", "no account 'prod'",
     "add [account prod]"},
    {"user in no account", "[account dev]\n[users]\nalice = prod:Alice\n", "3", "no account 'prod'",
     "add [account prod]"},
    {"account not named exactly", "[account prod]\n[users]\nalice = Prod:Alice\n", "3",
     "no account 'Prod'", "name another"},
    {"nothing before the colon", "[users]\nalice = :Alice\n", "2", "nothing on one side of the ':'",
     "ACCOUNT:IAM_USER"},
    {"nothing behind the colon", "[account prod]\n[users]\nalice = prod:\n", "3",
     "nothing on one side", "never served"},
    {"two colons", "[account prod]\n[users]\nalice = prod:a:b\n", "3",
     "a character that IAM's user names", "letters"},
    {"blank in an IAM user", "[users]\nalice = Alice Smith\n", "2", "alice: a character",
     "letters, digits"},
    {"slash in an IAM user", "[users]\nalice = people/alice\n", "2", "a character",
     "letters, digits"},
    {"IAM user beyond ASCII", "[users]\nalice = \303\201lice\n", "2", "a character",
     "letters, digits"},
    {"IAM user too long", "[users]\nalice = " A65 "\n", "2", "65 characters long", "at most 64"},
    {"nothing held at login", "[login]\ncreate = login\n[password]\nhold = none\n", "4",
     "hold = none with create = login", "remove one of the two"},
    {"a login asks nobody", "[password]\nsource = ask\n[login]\ncreate = login\n", "2",
     "source = ask with create = login", "remove one of the two"},
    {"one IAM user twice", "[users]\nalice = Alice\nbob = Bob\nalicia = ALICE\n", "4",
     "'alicia' becomes the same IAM user as 'alice' in line 2", "an IAM user of its own"},
    {"one IAM user twice, by account id",
     "[account a]\nid = 123456789012\n[account b]\nid = 123456789012\n[users]\nx = a:Alice\ny = b:alice\n",
     "7", "the same IAM user as 'x' in line 6", "of its own"},
    {"one IAM user twice, by a role's account",
     "[account a]\nid = 123456789012\n[account b]\nrole_arn = " ARN
     "\n[users]\nx = a:Alice\ny = b:alice\n",
     "7", "the same IAM user as 'x' in line 6", "of its own"},
    {"file without a file", "[aws]\nregion = us-east-1\ncredentials = file\n", "3",
     "credentials = file without a file", "add credentials_file or config_file"},
    {"match that does not parse", "[rule a]\niam_user=%u\nmatch = a(b\n", "3",
     "not a valid extended regular", "mend it"},
    {"match with parts swapped", "[rule a]\niam_user=%u\nmatch = a)(b\n", "3",
     "not a valid extended regular", "mend it"},
    {"match with a bad range", "[rule a]\niam_user=%u\nmatch = [z-a]\n", "3",
     "not a valid extended", "mend it"},
    {"back-reference", "[rule a]\niam_user=%u\nmatch = (a)\\1\n", "3", "a back-reference",
     "without \\1"},
    {"back-reference behind a backslash", "[rule a]\niam_user=%u\nmatch = (a)\\\\\\1\n", "3",
     "a back-reference", "without \\1"},
    {"match that grows", "[rule a]\niam_user=%u\nmatch = [a-z]++++++++++++\n", "3",
     "more than 1000 characters when its repetitions are written out", "lower numbers"},
    {"group 0", "[rule a]\nmatch=(a)\niam_user = %0\n", "3", "iam_user: a % that begins nothing",
     "write %u or %1 to %9"},
    {"group 10", "[rule a]\nmatch=(a)\niam_user = %10\n", "3", "iam_user: a digit right behind %1",
     "into the group"},
    {"unknown letter", "[rule a]\niam_user = %x\n", "2", "a % that begins nothing",
     "write %u or %1 to %9"},
    {"lone percent", "[rule a]\niam_user = a%\n", "2", "a % that begins nothing",
     "write %u or %1 to %9"},
    {"percent sign", "[rule a]\niam_user = 100%%\n", "2", "a character that IAM's user names",
     "letters"},
    {"third group of two", "[rule a]\niam_user = %3\nmatch = (a)(b)\n", "2",
     "%3, but match has 2 groups", "lower number"},
    {"second group of one", "[rule a]\niam_user = %2\nmatch = (a)\n", "2",
     "%2, but match has 1 group;", "lower number"},
    {"group without match", "[rule a]\niam_user = %1\n", "2", "%1 without match", "write %u"},
    {"account in a template", "[account prod]\n[rule a]\niam_user = prod:%u\n", "3", "a character",
     "account = NAME"},
    {"template too long", "[rule a]\niam_user = " A65 "%u\n", "2", "65 characters before",
     "at most 64"},
};

static void
check_rows(const struct row *rows, size_t count)
{
    char where[64];

    for (size_t i = 0; i < count; i++) {
        const struct row *r = &rows[i];
        struct err e = ERR_INIT;
        struct conf *c = conf_parse(PATH, r->text, strlen(r->text), &e);
        const char *mend = strstr(e.msg, "; ");

        if (c != NULL) {
            conf_free(c);
            fail_msg("%s: accepted", r->name);
        }
        (void)snprintf(where, sizeof(where), PATH ":%s: ", r->line);
        if (e.code != ERR_CONFIG || strncmp(e.msg, where, strlen(where)) != 0 ||
            strstr(e.msg, r->wrong) == NULL || mend == NULL || strstr(mend, r->mend) == NULL)
            fail_msg("%s: code %d, \"%s\"", r->name, (int)e.code, e.msg);
        if (strstr(e.msg, "wJalr") != NULL)
            fail_msg("%s: quotes the value: \"%s\"", r->name, e.msg);
    }
}

#define CHECK(table)                                                                               \
    static void test_##table(void **state)                                                         \
    {                                                                                              \
        (void)state;                                                                               \
        check_rows(table, sizeof(table) / sizeof((table)[0]));                                     \
    }

CHECK(syntax)
CHECK(option)
CHECK(role)
CHECK(provider)
CHECK(together)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_syntax),   cmocka_unit_test(test_option),
        cmocka_unit_test(test_role),     cmocka_unit_test(test_provider),
        cmocka_unit_test(test_together),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
