#include "core/start.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fdio.h"
#include "base/program.h"
#include "core/cache.h"

/* conf's words are in the order of wire's. */
_Static_assert((int)CONF_CREDENTIALS_PROCESS == (int)WIRE_CREDENTIALS_PROCESS &&
                   (int)CONF_CREDENTIALS_IMDS == (int)WIRE_CREDENTIALS_IMDS,
               "the providers have one order");

void
start_host(char host[START_HOST_SIZE])
{
    if (gethostname(host, START_HOST_SIZE) != 0)
        host[0] = '\0';
    host[START_HOST_SIZE - 1] = '\0';
}

/* ---- reading ---------------------------------------------------------------------------- */

/* NULL where there is no path: `*to` stays so. `shared`, if any, gets its fingerprint. */
static int
read_file(const char *key, const char *path, enum fdio_privacy privacy, size_t max,
          struct secret **to, char *shared, struct err *e)
{
    struct stat st;
    int fd, rc = -1;

    if (path == NULL)
        return 0;
    fd = fdio_open_trusted(path, privacy, e);
    if (fd < 0)
        goto out;
    if (fstat(fd, &st) != 0) {
        err_sys(e, "%s", path);
        goto out;
    }
    if (shared != NULL)
        fdio_fingerprint(&st, shared);
    *to = fdio_read_all(fd, max, path, e);
    rc = *to != NULL ? 0 : -1;
out:
    fdio_close(fd);
    return rc == 0 ? 0 : err_wrap(e, "%s", key);
}

/* Exactly one newline, as editors leave it: more is not what anybody means, and refused. */
static void
strip_newline(struct secret *s)
{
    size_t len = s != NULL ? secret_len(s) : 0;

    if (len > 0 && secret_str(s)[len - 1] == '\n')
        secret_truncate(s, len - 1);
}

static void
read_web_token(struct start *st, const char *path)
{
    struct err e = ERR_INIT;

    (void)snprintf(st->web_token_path, sizeof(st->web_token_path), "%s", path);
    if (read_file("web_identity_token_file", path, FDIO_READABLE, WIRE_NET_TOKEN_MAX,
                  &st->web_token, NULL, &e) != 0)
        memcpy(st->web_token_fault, e.msg, sizeof(st->web_token_fault));
}

int
start_read(struct start *st, struct ask *a, struct err *e)
{
    const struct conf *c = a->conf;

    memset(st, 0, sizeof(*st));
    for (size_t i = 0; i < sizeof(a->shared) / sizeof(a->shared[0]); i++)
        fdio_fingerprint(NULL, a->shared[i]);
    if (read_file("ca_bundle", c->ca_bundle, FDIO_READABLE, WIRE_NET_FILE_MAX, &st->ca_pem, NULL,
                  e) != 0 ||
        read_file("credentials_file", c->credentials_file, FDIO_PRIVATE, WIRE_NET_FILE_MAX,
                  &st->credentials_file, a->shared[0], e) != 0 ||
        read_file("config_file", c->config_file, FDIO_PRIVATE, WIRE_NET_FILE_MAX, &st->config_file,
                  a->shared[1], e) != 0 ||
        read_file("container_token_file", c->container_token_file, FDIO_PRIVATE, WIRE_NET_TOKEN_MAX,
                  &st->container_token, NULL, e) != 0 ||
        read_file("proxy_auth_file", c->proxy_auth_file, FDIO_PRIVATE, WIRE_NET_TOKEN_MAX,
                  &st->proxy_auth, NULL, e) != 0)
        return -1;
    strip_newline(st->proxy_auth);
    if (c->web_identity_token_file != NULL)
        read_web_token(st, c->web_identity_token_file);
    return 0;
}

bool
start_has_files(const struct start *st)
{
    return st->credentials_file != NULL || st->config_file != NULL;
}

void
start_free(struct start *st)
{
    secret_free(st->credentials_file);
    secret_free(st->config_file);
    secret_free(st->ca_pem);
    secret_free(st->proxy_auth);
    secret_free(st->container_token);
    secret_free(st->process_output);
    secret_free(st->web_token);
    memset(st, 0, sizeof(*st));
}

/* ---- what a profile needs ------------------------------------------------------------------ */

/* Does the line say KEY = TEXT, or KEY : TEXT, and nothing else? A comment does not. */
static bool
says(const char *p, const char *end, const char *key, const char *text)
{
    static const char blanks[] = " \t\v\f";

    while (p < end && strchr(blanks, *p) != NULL)
        p++;
    if ((size_t)(end - p) < strlen(key) || strncasecmp(p, key, strlen(key)) != 0)
        return false;
    p += strlen(key);
    while (p < end && strchr(blanks, *p) != NULL)
        p++;
    if (p == end || (*p != '=' && *p != ':'))
        return false;
    p++;
    while (p < end && strchr(blanks, *p) != NULL)
        p++;
    while (end > p && strchr(blanks, end[-1]) != NULL)
        end--;
    return (size_t)(end - p) == strlen(text) && memcmp(p, text, strlen(text)) == 0;
}

static bool
stands_in(const struct secret *file, const char *key, const char *text)
{
    const char *p = file != NULL ? secret_str(file) : "";
    const char *end = p + (file != NULL ? secret_len(file) : 0);

    while (p < end) {
        const char *line = p;

        while (p < end && *p != '\n' && *p != '\r')
            p++;
        if (says(line, p, key, text))
            return true;
        p++;
    }
    return false;
}

/* START-2. false: `fault` says so. */
static bool
written_by_root(const struct start *st, const char *key, const char *text, char fault[ERR_MSG_MAX])
{
    if (stands_in(st->credentials_file, key, text) || stands_in(st->config_file, key, text))
        return true;
    (void)snprintf(fault, ERR_MSG_MAX,
                   "the %s that iamlp-net names does not stand in the shared files; write it on "
                   "one line",
                   key);
    return false;
}

void
start_provide(struct start *st, const struct ask *a, const struct frame *answer, int64_t deadline)
{
    char command[PROGRAM_COMMAND_MAX + 1], path[START_PATH_MAX + 1];
    struct err e = ERR_INIT;

    if (a->conf->credentials >= CONF_CREDENTIALS_WEB_IDENTITY)
        return;
    if (frame_get_text(answer, WIRE_F_COMMAND, command, sizeof(command)) && command[0] != '\0' &&
        written_by_root(st, "credential_process", command, st->process_fault)) {
        st->process_output = program_run(command, NULL, a->clock, deadline, &e);
        if (st->process_output == NULL)
            memcpy(st->process_fault, e.msg, sizeof(st->process_fault));
    }
    explicit_bzero(command, sizeof(command));
    /* The configuration's own comes first. */
    if (st->web_token_path[0] == '\0' &&
        frame_get_text(answer, WIRE_F_WEB_TOKEN_PATH, path, sizeof(path)) && path[0] != '\0' &&
        written_by_root(st, "web_identity_token_file", path, st->web_token_fault))
        read_web_token(st, path);
}

/* ---- frames --------------------------------------------------------------------------------- */

static void
put_text(struct frame *f, enum wire_field id, const char *text)
{
    frame_put_text(f, id, text[0] != '\0' ? text : NULL);
}

void
start_put_files(const struct start *st, const struct ask *a, struct frame *f)
{
    frame_put_number(f, WIRE_F_MS, ask_left(a));
    frame_put_number(f, WIRE_F_CREDENTIALS, (int64_t)a->conf->credentials);
    frame_put_text(f, WIRE_F_PROFILE, a->conf->profile);
    frame_put_secret(f, WIRE_F_CREDENTIALS_FILE, st->credentials_file);
    frame_put_text(f, WIRE_F_CREDENTIALS_PATH, a->conf->credentials_file);
    frame_put_secret(f, WIRE_F_CONFIG_FILE, st->config_file);
    frame_put_text(f, WIRE_F_CONFIG_PATH, a->conf->config_file);
}

/* Who acts, where, and as whom. */
static void
put_role(const struct ask *a, struct frame *f)
{
    const struct conf_account *account = a->account;
    const struct conf *c = a->conf;
    char host[START_HOST_SIZE];

    start_host(host);
    frame_put_text(f, WIRE_F_USER, a->user);
    frame_put_text(f, WIRE_F_HOST, host);
    frame_put_text(f, WIRE_F_SESSION_NAME, c->session_name);
    if (account->role_arn == NULL)
        return;
    frame_put_text(f, WIRE_F_ROLE_ARN, account->role_arn);
    frame_put_text(f, WIRE_F_EXTERNAL_ID, account->external_id);
    frame_put_number(f, WIRE_F_ROLE_DURATION, c->role_duration);
    frame_put_text(f, WIRE_F_SOURCE_IDENTITY, c->source_identity);
}

void
start_put(const struct start *st, const struct ask *a, struct frame *f)
{
    const struct conf *c = a->conf;

    frame_put_number(f, WIRE_F_MS, ask_left(a));
    frame_put_number(f, WIRE_F_CREDENTIALS, (int64_t)c->credentials);
    frame_put_text(f, WIRE_F_REGION, a->account->region);
    frame_put_text(f, WIRE_F_ENDPOINT_URL, a->account->endpoint_url);
    frame_put_text(f, WIRE_F_STS_ENDPOINT_URL, a->account->sts_endpoint_url);
    frame_put_number(f, WIRE_F_FIPS, c->use_fips);
    frame_put_number(f, WIRE_F_DUALSTACK, c->use_dualstack);
    frame_put_secret(f, WIRE_F_CA_PEM, st->ca_pem);
    frame_put_text(f, WIRE_F_PROXY, c->proxy);
    frame_put_secret(f, WIRE_F_PROXY_AUTH, st->proxy_auth);
    frame_put_secret(f, WIRE_F_PROCESS_OUTPUT, st->process_output);
    put_text(f, WIRE_F_PROCESS_FAULT, st->process_fault);
    frame_put_secret(f, WIRE_F_WEB_TOKEN, st->web_token);
    put_text(f, WIRE_F_WEB_TOKEN_PATH, st->web_token_path);
    put_text(f, WIRE_F_WEB_TOKEN_FAULT, st->web_token_fault);
    frame_put_text(f, WIRE_F_CONTAINER_URI, c->container_uri);
    frame_put_secret(f, WIRE_F_CONTAINER_TOKEN, st->container_token);
    frame_put_text(f, WIRE_F_CONTAINER_TOKEN_PATH, c->container_token_file);
    frame_put_text(f, WIRE_F_IMDS_URL, c->imds_endpoint_url);
    frame_put_text(f, WIRE_F_IMDS_ROLE, c->imds_role);
    put_role(a, f);
    if (!a->fresh)
        cache_put(a, f);
}
