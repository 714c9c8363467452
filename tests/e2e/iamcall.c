/*
 * iamcall: any action of iam's table from the command line, for tests.
 *
 *   iamcall --url URL [--ca FILE] [--region REGION] [--timeout MS]
 *           [--credentials FILE] [--config FILE] [--profile NAME]
 *           [--imds URL [--imds-role NAME]]
 *           [--choice auto|file|process|web_identity|container|imds]
 *           [--process-output FILE] [--process-fault SENTENCE]
 *           [--web-token FILE] [--web-token-fault SENTENCE]
 *           [--container URL [--container-token FILE]]
 *           [--role ARN] [--session-name NAME] [--external-id ID] [--source-identity NAME]
 *           [--duration SECONDS] [--fips yes] [--dualstack yes] [--sts-url URL] [--proxy URL
 * [--proxy-auth FILE]]
 *           [--retry TOKENS] [needs | ACTION [MEMBER=VALUE ...]]
 *
 * Members are AWS's; a tag is Tags=KEY=VALUE. Without an action the credentials are
 * shown; `needs` shows what root would have to provide first. Prints a line NAME=VALUE for
 * each thing there is to say: who gave the keys, what AWS answered, and the fields of a
 * success. Exit status 0: there was an answer or a fault; 1: -1 was returned (error=...);
 * 2: usage. Without --ca the system's certificates count. With --retry a call is repeated as
 * aws/retry.h allows with so many tokens; instead of waiting it says slept=MS.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fdio.h"
#include "cred/cred.h"
#include "iam/action.h"

#define FILE_MAX (1024 * 1024)

static const char *const errors[] = {
    [ERR_OK] = "ok",           [ERR_MEMORY] = "memory",   [ERR_SYSTEM] = "system",
    [ERR_ABSENT] = "absent",   [ERR_TRUST] = "trust",     [ERR_FORMAT] = "format",
    [ERR_LIMIT] = "limit",     [ERR_CONFIG] = "config",   [ERR_BUSY] = "busy",
    [ERR_TIMEOUT] = "timeout", [ERR_NETWORK] = "network", [ERR_DENIED] = "denied",
};

struct options {
    const char *url, *ca, *region, *timeout;
    const char *credentials, *config, *profile, *imds, *imds_role, *choice;
    const char *process_output, *process_fault, *web_token, *web_token_fault;
    const char *container, *container_token, *role, *session_name, *sts_url;
    const char *proxy, *proxy_auth, *retry;
    const char *external_id, *source_identity, *duration, *fips, *dualstack;
};

static const struct {
    const char *name;
    size_t offset;
} option_table[] = {
    {"--url", offsetof(struct options, url)},
    {"--ca", offsetof(struct options, ca)},
    {"--region", offsetof(struct options, region)},
    {"--timeout", offsetof(struct options, timeout)},
    {"--credentials", offsetof(struct options, credentials)},
    {"--config", offsetof(struct options, config)},
    {"--profile", offsetof(struct options, profile)},
    {"--imds", offsetof(struct options, imds)},
    {"--imds-role", offsetof(struct options, imds_role)},
    {"--choice", offsetof(struct options, choice)},
    {"--process-output", offsetof(struct options, process_output)},
    {"--process-fault", offsetof(struct options, process_fault)},
    {"--web-token", offsetof(struct options, web_token)},
    {"--web-token-fault", offsetof(struct options, web_token_fault)},
    {"--container", offsetof(struct options, container)},
    {"--container-token", offsetof(struct options, container_token)},
    {"--role", offsetof(struct options, role)},
    {"--session-name", offsetof(struct options, session_name)},
    {"--sts-url", offsetof(struct options, sts_url)},
    {"--proxy", offsetof(struct options, proxy)},
    {"--proxy-auth", offsetof(struct options, proxy_auth)},
    {"--retry", offsetof(struct options, retry)},
    {"--external-id", offsetof(struct options, external_id)},
    {"--source-identity", offsetof(struct options, source_identity)},
    {"--duration", offsetof(struct options, duration)},
    {"--fips", offsetof(struct options, fips)},
    {"--dualstack", offsetof(struct options, dualstack)},
};

static const char *const choices[] = {
    [CRED_AUTO] = "auto",           [CRED_FILE] = "file",
    [CRED_PROCESS] = "process",     [CRED_WEB_IDENTITY] = "web_identity",
    [CRED_CONTAINER] = "container", [CRED_IMDS] = "imds",
};

static void
usage(const char *why)
{
    fprintf(stderr, "iamcall: %s\n", why);
    exit(2);
}

static int
parse_options(int argc, char **argv, struct options *o)
{
    int i = 1;

    for (; i < argc && strncmp(argv[i], "--", 2) == 0; i += 2) {
        size_t k = 0;

        while (k < sizeof(option_table) / sizeof(option_table[0]) &&
               strcmp(argv[i], option_table[k].name) != 0)
            k++;
        if (k == sizeof(option_table) / sizeof(option_table[0]) || i + 1 == argc)
            usage(argv[i]);
        *(const char **)(void *)((char *)o + option_table[k].offset) = argv[i + 1];
    }
    return i;
}

static struct secret *
read_file(const char *path)
{
    struct err e = ERR_INIT;
    struct secret *s = NULL;
    int fd;

    if (path == NULL)
        return NULL;
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || (s = fdio_read_all(fd, FILE_MAX, path, &e)) == NULL)
        usage(path);
    fdio_close(fd);
    return s;
}

static int
failed(const struct err *e)
{
    printf("error=%s\nsentence=%s\n", errors[e->code], e->msg);
    return 1;
}

static enum iam_action
find_action(const char *name)
{
    for (int i = 0; i < IAM_ACTION_COUNT; i++)
        if (strcmp(iam_action_name((enum iam_action)i), name) == 0)
            return (enum iam_action)i;
    usage(name);
    return IAM_ACTION_COUNT;
}

/* ---- members by the table -------------------------------------------------------- */

static struct iam_tag tags[IAM_TAGS_MAX];

static void
set_tag(struct iam_input *in, const char *text)
{
    const char *equal = strchr(text, '=');

    if (equal == NULL || in->tag_count == IAM_TAGS_MAX)
        usage(text);
    (void)snprintf(tags[in->tag_count].key, sizeof(tags[0].key), "%.*s", (int)(equal - text), text);
    (void)snprintf(tags[in->tag_count].value, sizeof(tags[0].value), "%s", equal + 1);
    in->tags = tags;
    in->tag_count++;
}

static void
set_member(struct iam_input *in, const struct action_member *m, const char *text)
{
    void *field = (char *)in + m->offset;

    switch (m->kind) {
    case ACTION_STRING:
    case ACTION_NAME:
        *(const char **)field = text;
        break;
    case ACTION_SECRET:
        *(struct secret **)field = secret_from(text, strlen(text), NULL);
        break;
    case ACTION_BOOL:
        *(enum iam_bool *)field = strcmp(text, "true") == 0 ? IAM_TRUE : IAM_FALSE;
        break;
    case ACTION_INT:
        *(int *)field = atoi(text);
        break;
    case ACTION_TAGS:
        set_tag(in, text);
        break;
    default:
        usage(text);
    }
}

static void
set_input(struct iam_input *in, const struct action *row, char **arguments)
{
    for (; *arguments != NULL; arguments++) {
        size_t n = strcspn(*arguments, "="), i = 0;

        while (i < row->input_count &&
               (strncmp(row->input[i].name, *arguments, n) != 0 || row->input[i].name[n] != '\0'))
            i++;
        if (i == row->input_count || (*arguments)[n] == '\0')
            usage(*arguments);
        set_member(in, &row->input[i], *arguments + n + 1);
    }
}

static void
free_input(struct iam_input *in, const struct action *row)
{
    for (size_t i = 0; i < row->input_count; i++)
        if (row->input[i].kind == ACTION_SECRET)
            secret_free(*(struct secret **)(void *)((char *)in + row->input[i].offset));
}

static void
print_output(const struct iam_output *out, const struct action *row)
{
    for (size_t i = 0; i < row->output_count; i++) {
        const struct action_member *m = &row->output[i];
        const void *field = (const char *)out + m->offset;

        switch (m->kind) {
        case ACTION_BOOL:
        case ACTION_INT:
            printf("%s=%d\n", m->name, *(const int *)field);
            break;
        case ACTION_TIME:
            printf("%s=%" PRId64 "\n", m->name, *(const int64_t *)field);
            break;
        case ACTION_TAGS:
            for (size_t k = 0; k < out->tag_count; k++)
                printf("%s=%s=%s\n", m->name, out->tags[k].key, out->tags[k].value);
            break;
        default:
            printf("%s=%s\n", m->name, (const char *)field);
        }
    }
}

static void
say_sleep_ms(int64_t ms)
{
    printf("slept=%" PRId64 "\n", ms);
}

/* ---- the call ------------------------------------------------------------------------ */

static int
call(const struct options *o, struct http *http, const struct cred *cred, int64_t deadline,
     struct retry *retry, const char *name, char **arguments)
{
    enum iam_action action = find_action(name);
    const struct action *row = action_row(action);
    struct err e = ERR_INIT;
    struct endpoint endpoint;
    struct query_target target = {http, &endpoint, &cred->key, &clock_system, deadline, retry};
    struct query_answer a;
    struct iam_input in;
    struct iam_output *out = calloc(1, sizeof(*out));
    int rc = 0;

    if (out == NULL)
        usage("out of memory");
    iam_input_init(&in);
    set_input(&in, row, arguments);
    if (endpoint_resolve(row->service, &(struct endpoint_wish){.region = o->region, .url = o->url},
                         &endpoint, &e) != 0)
        rc = failed(&e);
    else if (iam_call(&target, action, &in, out, &a, &e) != 0)
        rc = failed(&e);
    else {
        printf("attempts=%d\nskew=%" PRId64 "\ntokens=%d\n", a.attempts, a.skew,
               retry != NULL ? retry->tokens : 0);
        printf("fault=%s\nmaybe_acted=%d\nstatus=%d\ncode=%s\nmessage=%s\nrequest_id=%s\ntls=%d\n",
               fault_name(a.fault), a.maybe_acted, a.status, a.code, a.message, a.request_id,
               a.tls);
        if (a.fault == FAULT_NONE)
            print_output(out, row);
        query_answer_free(&a);
    }
    free_input(&in, row);
    free(out);
    return rc;
}

static enum cred_choice
choose(const struct options *o)
{
    for (size_t i = 0; o->choice != NULL && i < sizeof(choices) / sizeof(choices[0]); i++)
        if (strcmp(o->choice, choices[i]) == 0)
            return (enum cred_choice)i;
    if (o->choice != NULL)
        usage(o->choice);
    if (o->imds == NULL)
        return CRED_FILE;
    return o->credentials == NULL && o->config == NULL ? CRED_IMDS : CRED_AUTO;
}

static void
show(const struct cred *cred)
{
    const struct secret *token = cred->key.session_token;

    printf("provider=%s\nregion=%s\nid=%s\nsecret=%s\ntoken=%s\nexpires=%" PRId64 "\n",
           cred->provider, cred->region, cred->key.access_key_id, secret_str(cred->key.secret_key),
           token != NULL ? secret_str(token) : "", cred->key.expires);
}

static int
show_needs(const struct cred_source *source)
{
    struct err e = ERR_INIT;
    struct cred_needs needs;

    if (cred_needs(source, &needs, &e) != 0)
        return failed(&e);
    printf("command=%s\ntoken_path=%s\n", needs.command, needs.token_path);
    return 0;
}

/* Everything that was read for the source, to be freed together. */
struct files {
    struct secret *ca, *credentials, *config, *process_output, *web_token, *container_token;
    struct secret *proxy_auth;
};

static struct cred_source
source_of(const struct options *o, const struct files *f)
{
    return (struct cred_source){
        .choice = choose(o),
        .credentials_file = f->credentials,
        .config_file = f->config,
        .credentials_path = o->credentials,
        .config_path = o->config,
        .profile = o->profile,
        .process_output = f->process_output,
        .process_fault = o->process_fault,
        .web_token = f->web_token,
        .web_token_path = o->web_token,
        .web_token_fault = o->web_token_fault,
        .container_uri = o->container,
        .container_token = f->container_token,
        .container_token_path = o->container_token,
        .imds_endpoint_url = o->imds,
        .imds_role = o->imds_role,
        .role_arn = o->role,
        .session_name = o->session_name,
        .external_id = o->external_id,
        .source_identity = o->source_identity,
        .role_duration = o->duration != NULL ? atoi(o->duration) : 0,
        .region = o->region,
        .sts_endpoint_url = o->sts_url,
        .fips = o->fips != NULL,
        .dualstack = o->dualstack != NULL,
    };
}

static void
free_files(struct files *f)
{
    secret_free(f->ca);
    secret_free(f->credentials);
    secret_free(f->config);
    secret_free(f->process_output);
    secret_free(f->web_token);
    secret_free(f->container_token);
    secret_free(f->proxy_auth);
}

int
main(int argc, char **argv)
{
    struct options o = {0};
    int first = parse_options(argc, argv, &o), rc = 1;
    int64_t deadline =
        clock_system.mono_ms() + (o.timeout != NULL ? strtol(o.timeout, NULL, 10) : 5000);
    struct files files = {
        read_file(o.ca),         read_file(o.credentials),
        read_file(o.config),     read_file(o.process_output),
        read_file(o.web_token),  read_file(o.container_token),
        read_file(o.proxy_auth),
    };
    const struct http_options options = {
        .user_agent = "pam_iamlp-test",
        .ca_pem = files.ca != NULL ? secret_str(files.ca) : NULL,
        .ca_len = files.ca != NULL ? secret_len(files.ca) : 0,
        .clock = &clock_system,
        .proxy = o.proxy,
        .proxy_auth = files.proxy_auth,
    };
    const struct cred_source source = source_of(&o, &files);
    struct err e = ERR_INIT;
    struct http *http = NULL;
    struct retry retry;
    struct cred_context context = {NULL, &clock_system, &retry, deadline};
    struct cred_set set;

    if (clearenv() != 0)
        usage("cannot empty the environment");
    retry_init(&retry);
    retry.sleep_ms = say_sleep_ms;
    if (o.retry != NULL)
        retry.tokens = atoi(o.retry);
    if (first < argc && strcmp(argv[first], "needs") == 0) {
        rc = show_needs(&source);
        goto out;
    }
    http = context.http = http_open(&options, &e);
    if (http == NULL || cred_resolve(&source, &context, &set, &e) != 0) {
        failed(&e);
        goto out;
    }
    rc = 0;
    if (first == argc)
        show(cred_of(&set));
    else
        rc = call(&o, http, cred_of(&set), deadline, o.retry != NULL ? &retry : NULL, argv[first],
                  argv + first + 1);
    cred_set_free(&set);
out:
    http_close(http);
    free_files(&files);
    return rc;
}
