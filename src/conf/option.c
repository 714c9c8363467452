#include "conf/option.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "conf/url.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* value_word and value_number store through unsigned. */
_Static_assert(sizeof(enum conf_create) == sizeof(unsigned), "enums are as wide as unsigned");
_Static_assert(sizeof(uid_t) == sizeof(unsigned), "uids are as wide as unsigned");

#define MINUTE 60
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

static const struct value_word create_words[] = {
    {"claim", CONF_CREATE_CLAIM}, {"login", CONF_CREATE_LOGIN}, {NULL, 0}};
static const struct value_word shell_words[] = {
    {"claim", CONF_SHELL_CLAIM}, {"hint", CONF_SHELL_HINT}, {"off", CONF_SHELL_OFF}, {NULL, 0}};
static const struct value_word case_words[] = {
    {"keep", CONF_CASE_KEEP}, {"lower", CONF_CASE_LOWER}, {NULL, 0}};
static const struct value_word source_words[] = {
    {"generate", CONF_SOURCE_GENERATE}, {"ask", CONF_SOURCE_ASK}, {NULL, 0}};
static const struct value_word credentials_words[] = {
    {"auto", CONF_CREDENTIALS_AUTO},
    {"file", CONF_CREDENTIALS_FILE},
    {"process", CONF_CREDENTIALS_PROCESS},
    {"web_identity", CONF_CREDENTIALS_WEB_IDENTITY},
    {"container", CONF_CREDENTIALS_CONTAINER},
    {"imds", CONF_CREDENTIALS_IMDS},
    {NULL, 0}};

static const struct value_form account_id = {"^[0-9]{12}$", "the account's 12 digits"};
static const struct value_form role_arn = {
    "^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]+$",
    "arn:aws:iam::123456789012:role/NAME"};
static const struct value_form region = {"^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}$",
                                         "a region such as us-east-1"};
static const struct value_form iam_path = {"^/([!-~]+/)?$",
                                           "a path that begins and ends with /, such as /people/"};
static const struct value_form iam_name = {"^[A-Za-z0-9_+=,.@-]+$",
                                           "letters, digits and _ + = , . @ -"};
static const struct value_form sts_name = {
    "^([A-Za-z0-9_+=,.@-]|%[uh%])+$",
    "letters, digits, _ + = , . @ - and %u (the user), %h (this host), %%"};
static const struct value_form external_id = {"^[A-Za-z0-9_+=,.@:/-]+$",
                                              "letters, digits and _ + = , . @ : / -"};
static const struct value_form profile = {"^[^][]+$", "the profile's name without brackets"};
static const struct value_form symbols = {"^[!-~]*$", "printable ASCII characters without blanks"};

/* A row's first columns: section and key, and where the field is. */
#define LOGIN(name)    OPTION_LOGIN, #name
#define RULE(name)     OPTION_RULE, #name
#define ACCOUNT(name)  OPTION_ACCOUNT, #name
#define PASSWORD(name) OPTION_PASSWORD, #name
#define AWS(name)      OPTION_AWS, #name
#define IN_CONF(f)     .offset = offsetof(struct conf, f)
#define IN_RULE(f)     .offset = offsetof(struct conf_rule, f)
#define IN_ACCOUNT(f)  .offset = offsetof(struct conf_account, f)

/* clang-format off */
const struct option option_table[] = {
    {LOGIN(min_uid), OPTION_NUMBER, 0, IN_CONF(min_uid), .range = {1, 4294967294},
     .preset = "1000"},
    {LOGIN(exclude), OPTION_LIST, OPTION_EMPTY, IN_CONF(exclude),
     .preset = "root,ubuntu,ec2-user,admin,debian,centos,rocky,fedora"},
    {LOGIN(create), OPTION_WORD, 0, IN_CONF(create), .words = create_words, .preset = "claim"},
    {LOGIN(shell), OPTION_WORD, 0, IN_CONF(shell), .words = shell_words, .preset = "claim"},
    /* Not beyond a day: a record's not_before further ahead counts as passed. */
    {LOGIN(snooze), OPTION_DURATION, 0, IN_CONF(snooze), .range = {MINUTE, DAY}, .preset = "24h"},
    {LOGIN(retry_after), OPTION_DURATION, 0, IN_CONF(retry_after), .range = {1, DAY},
     .preset = "5m"},
    {LOGIN(claim_unverified), OPTION_BOOL, 0, IN_CONF(claim_unverified), .preset = "no"},

    {RULE(groups), OPTION_LIST, 0, IN_RULE(groups), .preset = ""},
    {RULE(match), OPTION_MATCH, .offset = 0},
    {RULE(exclude), OPTION_LIST, OPTION_EMPTY, IN_RULE(exclude), .preset = ""},
    {RULE(iam_user), OPTION_STRING, 0, IN_RULE(iam_user)},
    {RULE(account), OPTION_STRING, OPTION_EMPTY, IN_RULE(account), .preset = ""},
    {RULE(case), OPTION_WORD, 0, IN_RULE(fold), .words = case_words, .preset = "keep"},

    {ACCOUNT(id), OPTION_FORM, 0, IN_ACCOUNT(id), .range = {12, 12}, .form = &account_id},
    {ACCOUNT(role_arn), OPTION_FORM, 0, IN_ACCOUNT(role_arn), .range = {20, 2048},
     .form = &role_arn},
    {ACCOUNT(external_id), OPTION_FORM, 0, IN_ACCOUNT(external_id), .range = {2, 1224},
     .form = &external_id},
    {ACCOUNT(region), OPTION_FORM, 0, IN_ACCOUNT(region), .range = {1, 31}, .form = &region},
    {ACCOUNT(endpoint_url), OPTION_ENDPOINT, 0, IN_ACCOUNT(endpoint_url)},
    {ACCOUNT(sts_endpoint_url), OPTION_ENDPOINT, 0, IN_ACCOUNT(sts_endpoint_url)},
    {ACCOUNT(signin_url), OPTION_PAGE, 0, IN_ACCOUNT(signin_url)},
    {ACCOUNT(require_path), OPTION_FORM, 0, IN_ACCOUNT(require_path), .range = {1, 512},
     .form = &iam_path},
    {ACCOUNT(require_tag), OPTION_TAG, .offset = 0},
    {ACCOUNT(recreate), OPTION_BOOL, 0, IN_ACCOUNT(recreate), .preset = "no"},

    {PASSWORD(source), OPTION_WORD, 0, IN_CONF(source), .words = source_words,
     .preset = "generate"},
    {PASSWORD(length), OPTION_NUMBER, 0, IN_CONF(length), .range = {6, 128}, .preset = "20"},
    {PASSWORD(exclude), OPTION_FORM, OPTION_EMPTY, IN_CONF(password_exclude), .range = {0, 94},
     .form = &symbols, .preset = ""},
    {PASSWORD(hold), OPTION_DURATION, OPTION_NONE, IN_CONF(hold), .range = {MINUTE, 90 * DAY},
     .preset = "7d"},
    {PASSWORD(reissue), OPTION_BOOL, 0, IN_CONF(reissue), .preset = "no"},

    {AWS(credentials), OPTION_WORD, 0, IN_CONF(credentials), .words = credentials_words,
     .preset = "auto"},
    {AWS(credentials_file), OPTION_PATH, 0, IN_CONF(credentials_file)},
    {AWS(config_file), OPTION_PATH, 0, IN_CONF(config_file)},
    {AWS(profile), OPTION_FORM, 0, IN_CONF(profile), .range = {1, 128}, .form = &profile},
    {AWS(web_identity_token_file), OPTION_PATH, 0, IN_CONF(web_identity_token_file)},
    {AWS(container_uri), OPTION_ENDPOINT, 0, IN_CONF(container_uri)},
    {AWS(container_token_file), OPTION_PATH, 0, IN_CONF(container_token_file)},
    {AWS(imds_endpoint_url), OPTION_ENDPOINT, 0, IN_CONF(imds_endpoint_url)},
    {AWS(imds_role), OPTION_FORM, 0, IN_CONF(imds_role), .range = {1, 64}, .form = &iam_name},
    {AWS(role_duration), OPTION_DURATION, 0, IN_CONF(role_duration),
     .range = {15 * MINUTE, 12 * HOUR}, .preset = "1h"},
    {AWS(session_name), OPTION_FORM, 0, IN_CONF(session_name), .range = {2, 128},
     .form = &sts_name, .preset = "iamlp-%h"},
    {AWS(source_identity), OPTION_FORM, 0, IN_CONF(source_identity), .range = {2, 128},
     .form = &sts_name},
    {AWS(ca_bundle), OPTION_PATH, 0, IN_CONF(ca_bundle)},
    {AWS(proxy), OPTION_PROXY, 0, IN_CONF(proxy)},
    {AWS(proxy_auth_file), OPTION_PATH, 0, IN_CONF(proxy_auth_file)},
    {AWS(use_fips), OPTION_BOOL, 0, IN_CONF(use_fips), .preset = "no"},
    {AWS(use_dualstack), OPTION_BOOL, 0, IN_CONF(use_dualstack), .preset = "no"},
};
/* clang-format on */

const size_t option_count = COUNT(option_table);

static const struct {
    const char *name; /* with its blank where a NAME follows */
    bool named;
} sections[OPTION_SECTIONS] = {
    [OPTION_LOGIN] = {"login", false},       [OPTION_USERS] = {"users", false},
    [OPTION_RULE] = {"rule ", true},         [OPTION_ACCOUNT] = {"account ", true},
    [OPTION_PASSWORD] = {"password", false}, [OPTION_AWS] = {"aws", false},
};

int
option_section_of(const char *header, enum option_section *section, const char **name,
                  struct err *e)
{
    static const char name_chars[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";
    enum option_section s = 0;

    while (s < OPTION_SECTIONS &&
           (sections[s].named ? strncmp(header, sections[s].name, strlen(sections[s].name))
                              : strcmp(header, sections[s].name)) != 0)
        s++;
    if (s == OPTION_SECTIONS)
        return err_set(e, ERR_CONFIG,
                       "unknown section [%s]; write [login], [users], [rule NAME], [account NAME], "
                       "[password] or [aws]",
                       header);
    *section = s;
    *name = header + strlen(sections[s].name);
    if (sections[s].named && ((*name)[0] == '\0' || (*name)[strspn(*name, name_chars)] != '\0'))
        return err_set(e, ERR_CONFIG,
                       "the name in [%s] holds more than letters, digits, _ and -; write [%sNAME]",
                       header, sections[s].name);
    return 0;
}

/* Does the row give a key of that section? */
static bool
belongs(const struct option *o, enum option_section section)
{
    return o->section == section || (section == OPTION_AWS && o->section == OPTION_ACCOUNT);
}

/* Say where a key that is not known here belongs, or what is known here. */
static int
explain_unknown(enum option_section section, const char *key, struct err *e)
{
    struct buf elsewhere, known;

    buf_init(&elsewhere, ERR_MSG_MAX);
    buf_init(&known, ERR_MSG_MAX);
    for (size_t i = 0; i < option_count; i++) {
        const struct option *o = &option_table[i];

        if (strcmp(o->key, key) == 0)
            buf_addf(&elsewhere, " [%s%s]", sections[o->section].name,
                     sections[o->section].named ? "NAME" : "");
        if (o->section == section)
            buf_addf(&known, " %s", o->key);
    }
    if (elsewhere.len > 0)
        err_set(e, ERR_CONFIG, "'%s' is not a key of this section; move it to%s", key,
                buf_str(&elsewhere));
    else
        err_set(e, ERR_CONFIG, "unknown key '%s'; known here are%s%s", key, buf_str(&known),
                section == OPTION_AWS ? " and those of [account NAME]" : "");
    buf_free(&known);
    buf_free(&elsewhere);
    return -1;
}

const struct option *
option_find(enum option_section section, const char *key, struct err *e)
{
    for (size_t i = 0; i < option_count; i++)
        if (belongs(&option_table[i], section) && strcmp(option_table[i].key, key) == 0)
            return &option_table[i];
    explain_unknown(section, key, e);
    return NULL;
}

static int
set_url(const char *value, enum url_use use, char **field, struct err *e)
{
    return url_check(value, use, e) == 0 ? value_string(value, strlen(value), field, e) : -1;
}

/* Parse by kind; a preset comes here at once, since it may be empty. */
static int
parse(const struct option *o, void *base, const char *value, struct err *e)
{
    void *field = (char *)base + o->offset;
    struct conf_account *account = base;
    struct conf_rule *rule = base;

    switch (o->kind) {
    case OPTION_BOOL:
        return value_bool(value, field, e);
    case OPTION_NUMBER:
        return value_number(value, o->range, field, e);
    case OPTION_DURATION:
        return value_duration(value, o->range, (o->flags & OPTION_NONE) != 0, field, e);
    case OPTION_WORD:
        return value_word(value, o->words, field, e);
    case OPTION_LIST:
        return value_list(value, field, e);
    case OPTION_STRING:
        return value_string(value, strlen(value), field, e);
    case OPTION_FORM:
        return value_form(value, o->form, o->range, field, e);
    case OPTION_PATH:
        return value_path(value, field, e);
    case OPTION_ENDPOINT:
        return set_url(value, URL_ENDPOINT, field, e);
    case OPTION_PAGE:
        return set_url(value, URL_PAGE, field, e);
    case OPTION_PROXY:
        return set_url(value, URL_PROXY, field, e);
    case OPTION_TAG:
        return value_tag(value, &account->require_tag_key, &account->require_tag_value, e);
    case OPTION_MATCH:
        return value_match(value, &rule->match, &rule->has_match, e);
    }
    return err_set(e, ERR_CONFIG, "no such kind of option");
}

static void
release(const struct option *o, void *base)
{
    void *field = (char *)base + o->offset;
    struct conf_account *account = base;
    struct conf_rule *rule = base;
    char **string = field;

    switch (o->kind) {
    case OPTION_STRING:
    case OPTION_FORM:
    case OPTION_PATH:
    case OPTION_ENDPOINT:
    case OPTION_PAGE:
    case OPTION_PROXY:
        free(*string);
        break;
    case OPTION_LIST:
        value_list_free(field);
        break;
    case OPTION_TAG:
        free(account->require_tag_key);
        free(account->require_tag_value);
        break;
    case OPTION_MATCH:
        if (rule->has_match)
            regfree(&rule->match);
        break;
    case OPTION_BOOL:
    case OPTION_NUMBER:
    case OPTION_DURATION:
    case OPTION_WORD:
        break;
    }
}

int
option_set(const struct option *o, void *base, const char *value, struct err *e)
{
    if (*value == '\0' && (o->flags & OPTION_EMPTY) == 0)
        return err_set(e, ERR_CONFIG, "no value; write one, or remove the line");
    return parse(o, base, value, e);
}

int
option_presets(enum option_section section, void *base, struct err *e)
{
    for (size_t i = 0; i < option_count; i++) {
        const struct option *o = &option_table[i];

        if (o->section == section && o->preset != NULL && parse(o, base, o->preset, e) != 0)
            return -1;
    }
    return 0;
}

void
option_release(enum option_section section, void *base)
{
    for (size_t i = 0; i < option_count; i++)
        if (option_table[i].section == section)
            release(&option_table[i], base);
}
