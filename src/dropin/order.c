#include "dropin/order.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "dropin/param.h"

#define TIMEOUT_S 60 /* to connect, and to read */

static const enum iam_action verbs[] = {
    IAM_CREATE_LOGIN_PROFILE,           IAM_GET_LOGIN_PROFILE, IAM_UPDATE_LOGIN_PROFILE,
    IAM_DELETE_LOGIN_PROFILE,           IAM_CHANGE_PASSWORD,   IAM_GET_ACCOUNT_PASSWORD_POLICY,
    IAM_UPDATE_ACCOUNT_PASSWORD_POLICY,
};

/* ---- names --------------------------------------------------------------------------- */

/* "UserName" becomes "user-name", behind what is in `name` already. */
static void
spell(const char *camel, char name[ORDER_NAME_SIZE])
{
    size_t n = strlen(name), first = n;

    for (const char *p = camel; *p != '\0' && n + 2 < ORDER_NAME_SIZE; p++) {
        if (isupper((unsigned char)*p) && n > first)
            name[n++] = '-';
        name[n++] = (char)tolower((unsigned char)*p);
    }
    name[n] = '\0';
}

bool
order_verb(size_t at, enum iam_action *action, char name[ORDER_NAME_SIZE])
{
    if (at >= sizeof(verbs) / sizeof(verbs[0]))
        return false;
    *action = verbs[at];
    order_name(action_row(verbs[at]), name);
    return true;
}

void
order_name(const struct action *row, char name[ORDER_NAME_SIZE])
{
    name[0] = '\0';
    spell(row->name, name);
}

void
order_option(const struct action_member *m, bool no, char name[ORDER_NAME_SIZE])
{
    (void)snprintf(name, ORDER_NAME_SIZE, no ? "--no-" : "--");
    spell(m->name, name);
}

const struct action_member *
order_password(const struct action *row)
{
    for (size_t i = 0; i < row->input_count; i++)
        if (row->input[i].kind == ACTION_SECRET && strcmp(row->input[i].name, "Password") == 0)
            return &row->input[i];
    return NULL;
}

/* ---- options -------------------------------------------------------------------------- */

#define OUTPUTS  "json|text|table|yaml|yaml-stream"
#define COLOURS  "on|off|auto"
#define BINARIES "base64|raw-in-base64-out"

static size_t
list_globals(struct order *o, struct words_option *to)
{
    const char **ignored = &o->ignored;
    const struct words_option options[] = {
        {"--debug", WORDS_FLAG, false, "", NULL, &o->debug},
        {"--endpoint-url", WORDS_VALUE, false, NULL, NULL, &o->endpoint_url},
        {"--no-verify-ssl", WORDS_FLAG, false, "", NULL, &o->no_verify_ssl},
        {"--no-paginate", WORDS_FLAG, false, "", NULL, ignored},
        {"--output", WORDS_VALUE, false, NULL, OUTPUTS, &o->output},
        {"--query", WORDS_VALUE, false, NULL, NULL, &o->query},
        {"--profile", WORDS_VALUE, false, NULL, NULL, &o->profile},
        {"--region", WORDS_VALUE, false, NULL, NULL, &o->region},
        {"--version", WORDS_FLAG, false, "", NULL, &o->version},
        {"--color", WORDS_VALUE, false, NULL, COLOURS, ignored},
        {"--no-sign-request", WORDS_FLAG, false, "", NULL, &o->no_sign_request},
        {"--ca-bundle", WORDS_VALUE, false, NULL, NULL, &o->ca_bundle},
        {"--cli-read-timeout", WORDS_VALUE, false, NULL, NULL, &o->read_timeout},
        {"--cli-connect-timeout", WORDS_VALUE, false, NULL, NULL, &o->connect_timeout},
        {"--cli-binary-format", WORDS_VALUE, false, NULL, BINARIES, ignored},
        {"--no-cli-pager", WORDS_FLAG, false, "", NULL, ignored},
        {"--cli-auto-prompt", WORDS_FLAG, false, "", NULL, &o->prompt},
        {"--no-cli-auto-prompt", WORDS_FLAG, false, "", NULL, &o->no_prompt},
    };

    _Static_assert(sizeof(options) / sizeof(options[0]) <= ORDER_GLOBALS_MAX, "they have room");
    memcpy(to, options, sizeof(options));
    return sizeof(options) / sizeof(options[0]);
}

static int
parse_globals(const struct words *in, struct words *rest, struct order *o, struct err *e)
{
    struct words_option options[ORDER_GLOBALS_MAX];
    const char *service = NULL;
    const struct words_parser p = {options, list_globals(o, options), WORDS_NEEDED, "the service",
                                   &service};
    struct words all = {{NULL}, 0};
    static char iam[] = "iam";

    all.word[all.count++] = iam;
    for (size_t i = 0; i < in->count; i++)
        all.word[all.count++] = in->word[i];
    return words_parse(&p, &all, rest, e);
}

/* As Python's urlparse sees it: "localhost:80" has a scheme, "127.0.0.1:80" has none. */
static bool
has_scheme(const char *url)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.";

    return isalpha((unsigned char)url[0]) && url[strspn(url, letters)] == ':';
}

/* The AWS CLI looks at these before it looks for the verb. */
static int
read_globals(struct order *o, struct err *e)
{
    o->read_s = o->connect_s = TIMEOUT_S;
    if (o->endpoint_url != NULL && !has_scheme(o->endpoint_url))
        return err_set(e, ERR_FORMAT, "--endpoint-url needs http:// or https:// in front");
    if (o->prompt != NULL && o->no_prompt != NULL)
        return err_set(e, ERR_FORMAT,
                       "--cli-auto-prompt and --no-cli-auto-prompt cannot both be given");
    if ((o->read_timeout != NULL && param_number(o->read_timeout, &o->read_s) != 0) ||
        (o->connect_timeout != NULL && param_number(o->connect_timeout, &o->connect_s) != 0))
        return err_set(e, ERR_CONFIG,
                       "--cli-read-timeout and --cli-connect-timeout take a number "
                       "of seconds");
    return 0;
}

/* A piece of a password may stand anywhere: only what is spelt as options are is said. */
static int
refuse_option(const char *word, struct err *e)
{
    size_t len = strcspn(word, "=");

    if (strncmp(word, "--", 2) != 0 || len >= ORDER_NAME_SIZE ||
        strspn(word, "abcdefghijklmnopqrstuvwxyz-") != len)
        return err_set(e, ERR_FORMAT, "there is a word too many");
    return err_set(e, ERR_FORMAT, "unknown option %.*s", (int)len, word);
}

static int
parse_verb(const struct words *in, struct words *rest, struct order *o, struct err *e)
{
    const char *verb = NULL;
    const struct words_parser p = {NULL, 0, WORDS_NEEDED, "the verb", &verb};
    char name[ORDER_NAME_SIZE];

    if (words_parse(&p, in, rest, e) != 0)
        return -1;
    for (size_t i = 0; order_verb(i, &o->action, name); i++)
        if (strcmp(name, verb) == 0) {
            o->row = action_row(o->action);
            return 0;
        }
    /* Behind an option that is none of everybody's this is the value of that: a password. */
    return verb != in->word[0] ? refuse_option(in->word[0], e)
                               : err_set(e, ERR_FORMAT, "there is no such verb");
}

static struct words_option *
add(struct words_option *to, const char *name, enum words_arity arity, const char *flag,
    const char **value)
{
    *to = (struct words_option){.arity = arity, .flag = flag, .to = value};
    (void)snprintf(to->name, sizeof(to->name), "%s", name);
    return to;
}

/* One with which no option of the AWS CLI gets another meaning. */
static void
add_ours(struct words_option *to, const char *name, enum words_arity arity, const char **value)
{
    add(to, name, arity, "", value)->exact = true;
}

static size_t
list_options(struct order *o, struct words_option *to)
{
    size_t n = 0;

    for (size_t i = 0; i < o->row->input_count; i++) {
        const struct action_member *m = &o->row->input[i];
        char name[ORDER_NAME_SIZE];
        bool is_bool = m->kind == ACTION_BOOL;

        order_option(m, false, name);
        add(&to[n++], name, is_bool ? WORDS_FLAG : WORDS_VALUE, "true", &o->member[i]);
        if (!is_bool)
            continue;
        order_option(m, true, name);
        add(&to[n++], name, WORDS_FLAG, "false", &o->member[i]);
    }
    add(&to[n++], "--cli-input-json", WORDS_VALUE, NULL, &o->input_json);
    add(&to[n++], "--cli-input-yaml", WORDS_VALUE, NULL, &o->input_yaml);
    add(&to[n++], "--generate-cli-skeleton", WORDS_MAYBE, "input", &o->skeleton)->choices =
        "input|output|yaml-input";
    add_ours(&to[n++], "--help", WORDS_FLAG, &o->help);
    if (order_password(o->row) != NULL) {
        add_ours(&to[n++], "--password-stdin", WORDS_FLAG, &o->password_stdin);
        add_ours(&to[n++], "--password-file", WORDS_VALUE, &o->password_file);
        add_ours(&to[n++], "--generate-password", WORDS_FLAG, &o->generate_password);
    }
    return n;
}

size_t
order_options(enum iam_action action, struct words_option to[ORDER_OPTIONS_MAX])
{
    struct order o = {.action = action, .row = action_row(action)};
    size_t n = list_options(&o, to);

    n += list_globals(&o, to + n);
    for (size_t i = 0; i < n; i++)
        to[i].to = NULL;
    return n;
}

/* The CLI looks for these two by their full names, as words of their own. */
static bool
is_lenient(const struct words *in)
{
    bool lenient = false, seen = false;

    for (size_t i = 0; i < in->count; i++) {
        if (strcmp(in->word[i], "--cli-input-json") == 0)
            lenient = true;
        if (strcmp(in->word[i], "--generate-cli-skeleton") != 0 || seen)
            continue;
        seen = true;
        if (i + 1 == in->count || strcmp(in->word[i + 1], "output") != 0)
            lenient = true;
    }
    return lenient;
}

static int
parse_own(const struct words *in, struct order *o, struct err *e)
{
    struct words_option options[ORDER_OWN_MAX];
    const char *place = NULL;
    const struct words_parser p = {options, list_options(o, options), WORDS_OPTIONAL, "", &place};
    struct words rest;

    o->lenient = is_lenient(in);
    if (words_parse(&p, in, &rest, e) != 0)
        return -1;
    if (place != NULL && strcmp(place, "help") == 0)
        o->help = place;
    if (o->help != NULL)
        return 0;
    if (place != NULL && *place != '\0')
        return err_set(e, ERR_FORMAT, "there is a word too many");
    return rest.count == 0 ? 0 : refuse_option(rest.word[0], e);
}

int
order_parse(const struct words *in, struct order *o, struct err *e)
{
    struct words own, behind;

    memset(o, 0, sizeof(*o));
    if (parse_globals(in, &own, o, e) != 0 || o->version != NULL)
        return o->version != NULL ? 0 : -1;
    if (read_globals(o, e) != 0 || parse_verb(&own, &behind, o, e) != 0)
        return -1;
    return parse_own(&behind, o, e);
}
