/* IMDSv2 against a server on loopback that follows a script. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "cred/cred.h"

#define AKID "ASIAIOSFODNN7EXAMPLE"
#define WJAL "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
#define NOW  1440938160 /* 2015-08-30T12:36:00Z */

#define TOKEN_URL  "/latest/api/token"
#define ROLES_URL  "/latest/meta-data/iam/security-credentials/"
#define REGION_URL "/latest/meta-data/placement/region"

#define KEYS(expiration)                                                                           \
    "{\"Code\":\"Success\",\"Type\":\"AWS-HMAC\",\"AccessKeyId\":\"" AKID                          \
    "\",\"SecretAccessKey\":\"" WJAL "\",\"Token\":\"IQoJ/b3==\",\"Expiration\":\"" expiration     \
    "\"}"
#define LATER "2015-08-30T18:36:00Z"

/* ---- the server ------------------------------------------------------------------------ */

#define STEPS_MAX 8

struct step {
    int status; /* 0: take the request and never answer; -1: close instead */
    const char *body;
};

static struct server {
    pthread_t thread;
    int fd;
    char url[64];
    struct step script[STEPS_MAX];
    char requests[STEPS_MAX][1024]; /* head of each, as it came */
    int count;                      /* of requests */
    int connections;
} server;

static int
read_head(int fd, char *head, size_t size)
{
    size_t len = 0;

    while (len + 1 < size) {
        ssize_t n = recv(fd, head + len, 1, 0);

        if (n <= 0)
            return -1;
        head[++len] = '\0';
        if (len >= 4 && strcmp(head + len - 4, "\r\n\r\n") == 0)
            return 0;
    }
    return -1;
}

static void
converse(int fd)
{
    while (server.count < STEPS_MAX &&
           read_head(fd, server.requests[server.count], sizeof(server.requests[0])) == 0) {
        const struct step *step = &server.script[server.count++];
        const char *body = step->body != NULL ? step->body : "";
        char answer[2048], byte;

        if (step->status < 0)
            return;
        if (step->status == 0) {
            while (recv(fd, &byte, 1, 0) > 0)
                continue;
            return;
        }
        (void)snprintf(answer, sizeof(answer), "HTTP/1.1 %d x\r\nContent-Length: %zu\r\n\r\n%s",
                       step->status, strlen(body), body);
        if (send(fd, answer, strlen(answer), MSG_NOSIGNAL) < 0)
            return;
    }
}

static void *
serve(void *arg)
{
    int fd;

    while ((fd = accept(server.fd, NULL, NULL)) >= 0) {
        server.connections++;
        converse(fd);
        (void)close(fd);
    }
    return arg;
}

static void
server_start(const struct step script[STEPS_MAX])
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof(address);

    memset(&server, 0, sizeof(server));
    memcpy(server.script, script, sizeof(server.script));
    server.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(server.fd >= 0);
    assert_int_equal(bind(server.fd, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(server.fd, 4), 0);
    assert_int_equal(getsockname(server.fd, (struct sockaddr *)&address, &size), 0);
    (void)snprintf(server.url, sizeof(server.url), "http://127.0.0.1:%u",
                   (unsigned)ntohs(address.sin_port));
    assert_int_equal(pthread_create(&server.thread, NULL, serve, NULL), 0);
}

/* After the client has closed its connection, or accept would go on waiting. */
static void
server_stop(void)
{
    (void)shutdown(server.fd, SHUT_RDWR);
    assert_int_equal(pthread_join(server.thread, NULL), 0);
    (void)close(server.fd);
}

/* ---- the client ------------------------------------------------------------------------ */

static int64_t
in_2015(void)
{
    return NOW;
}

static int64_t
mono_ms(void)
{
    return clock_system.mono_ms();
}

static const struct clock clock_2015 = {in_2015, mono_ms};

static int
resolve(struct cred_source *source, int64_t within_ms, struct cred *out, struct err *e)
{
    const struct http_options options = {.user_agent = "test", .clock = &clock_2015};
    struct http *http = http_open(&options, e);
    struct cred_set set;
    int rc;

    assert_non_null(http);
    if (source->imds_endpoint_url == NULL)
        source->imds_endpoint_url = server.url;
    rc = cred_resolve(
        source, &(struct cred_context){http, &clock_2015, NULL, mono_ms() + within_ms}, &set, e);
    *out = set.base;
    http_close(http);
    return rc;
}

/* The first line and one header of a request. */
static void
assert_asked(int i, const char *first, const char *header)
{
    char line[200];

    (void)snprintf(line, sizeof(line), "%s HTTP/1.1\r\n", first);
    if (i >= server.count || strncmp(server.requests[i], line, strlen(line)) != 0)
        fail_msg("request %d of %d: %s instead of %s", i, server.count, server.requests[i], first);
    (void)snprintf(line, sizeof(line), "\r\n%s\r\n", header);
    if (strcasestr(server.requests[i], line) == NULL)
        fail_msg("no \"%s\" in %s", header, server.requests[i]);
}

#define WITH(token) "X-aws-ec2-metadata-token: " token
#define TTL         "X-aws-ec2-metadata-token-ttl-seconds: 60"

/* ---- what goes well -------------------------------------------------------------------- */

static void
token_role_keys_region(void **state)
{
    static const struct step script[STEPS_MAX] = {
        {200, "t0ken=="}, {200, "iamlp-host\nsecond"}, {200, KEYS(LATER)}, {200, "eu-west-1"}};
    struct cred_source source = {.choice = CRED_IMDS};
    struct err e = ERR_INIT;
    struct cred out;

    (void)state;
    server_start(script);
    if (resolve(&source, 5000, &out, &e) != 0)
        fail_msg("%s", e.msg);
    server_stop();
    assert_string_equal(out.key.access_key_id, AKID);
    assert_string_equal(secret_str(out.key.secret_key), WJAL);
    assert_string_equal(secret_str(out.key.session_token), "IQoJ/b3==");
    assert_int_equal(out.key.expires, NOW + 6 * 3600);
    assert_string_equal(out.region, "eu-west-1");
    assert_string_equal(out.provider, "imds");
    cred_free(&out);
    assert_int_equal(server.count, 4);
    assert_int_equal(server.connections, 1);
    assert_asked(0, "PUT " TOKEN_URL, TTL);
    assert_asked(1, "GET " ROLES_URL, WITH("t0ken=="));
    assert_asked(2, "GET " ROLES_URL "iamlp-host", WITH("t0ken=="));
    assert_asked(3, "GET " REGION_URL, WITH("t0ken=="));
}

/* A role and a region that are known are not asked for. */
static void
known_role_and_region(void **state)
{
    static const struct step script[STEPS_MAX] = {{200, "t"}, {200, KEYS(LATER)}};
    static const char config[] = "[default]\nregion = us-gov-west-1\n";
    struct err e = ERR_INIT;
    struct secret *file = secret_from(config, strlen(config), &e);
    struct cred_source source = {
        .imds_role = "r+=,.@-_9", .config_file = file, .config_path = "/f"};
    char url[80];
    struct cred out;

    (void)state;
    server_start(script);
    (void)snprintf(url, sizeof(url), "%s/", server.url);
    source.imds_endpoint_url = url;
    if (resolve(&source, 5000, &out, &e) != 0)
        fail_msg("%s", e.msg);
    server_stop();
    assert_string_equal(out.region, "us-gov-west-1");
    assert_string_equal(out.provider, "imds");
    cred_free(&out);
    secret_free(file);
    assert_int_equal(server.count, 2);
    assert_asked(1, "GET " ROLES_URL "r+=,.@-_9", WITH("t"));
}

static void
a_refused_token_is_renewed_once(void **state)
{
    static const struct step once[STEPS_MAX] = {{200, "old"},  {401, ""},          {200, "new"},
                                                {200, "role"}, {200, KEYS(LATER)}, {404, ""}};
    struct cred_source source = {.choice = CRED_IMDS};
    struct err e = ERR_INIT;
    struct cred out;

    (void)state;
    server_start(once);
    if (resolve(&source, 5000, &out, &e) != 0)
        fail_msg("%s", e.msg);
    server_stop();
    assert_string_equal(out.region, "");
    cred_free(&out);
    assert_int_equal(server.count, 6);
    assert_asked(1, "GET " ROLES_URL, WITH("old"));
    assert_asked(2, "PUT " TOKEN_URL, TTL);
    assert_asked(3, "GET " ROLES_URL, WITH("new"));
}

/* ---- what does not --------------------------------------------------------------------- */

#define TOKEN                                                                                      \
    {                                                                                              \
        200, "t"                                                                                   \
    }
#define ROLE                                                                                       \
    {                                                                                              \
        200, "role"                                                                                \
    }
#define ABSENT true
#define BROKEN false

static const struct {
    struct step script[STEPS_MAX];
    enum err_code code;
    bool absent; /* auto says "no credentials: ...", code ERR_DENIED */
    const char *sentence;
} failures[] = {
    {{{403, "no"}},
     ERR_DENIED,
     ABSENT,
     "@: status 403 to the token request: turned off, or not EC2's version 2"},
    {{{404, ""}}, ERR_DENIED, ABSENT, "@: status 404 to the token request: turned off"},
    {{{405, ""}}, ERR_DENIED, ABSENT, "@: status 405 to the token request: turned off"},
    {{{302, ""}}, ERR_DENIED, ABSENT, "@: status 302 to the token request: turned off"},
    {{{503, ""}}, ERR_NETWORK, BROKEN, "@: status 503 to the token request"},
    {{{200, ""}}, ERR_FORMAT, BROKEN, "@: its token has 0 bytes"},
    {{{200, "a b"}}, ERR_FORMAT, BROKEN, "@: its token is no header's value"},
    {{{200, "a\r\nX: y"}}, ERR_FORMAT, BROKEN, "@: its token is no header's value"},
    {{{-1, NULL}}, ERR_NETWORK, ABSENT, "no instance metadata service: 127.0.0.1:"},
    {{TOKEN, {404, ""}}, ERR_DENIED, ABSENT, "@: the instance has no role"},
    {{TOKEN, {200, ""}}, ERR_DENIED, ABSENT, "@: the instance has no role"},
    {{TOKEN, {500, ""}}, ERR_NETWORK, BROKEN, "@: status 500 to the list of roles"},
    {{TOKEN, {401, ""}, TOKEN, {401, ""}},
     ERR_NETWORK,
     BROKEN,
     "@: status 401 to the list of roles"},
    {{TOKEN, {401, ""}, TOKEN, ROLE, {401, ""}},
     ERR_NETWORK,
     BROKEN,
     "@: role role: status 401 to the request for keys"},
    {{TOKEN, {401, ""}, {403, ""}}, ERR_DENIED, BROKEN, "@: status 403 to the token request"},
    {{TOKEN, {200, "../../x"}}, ERR_FORMAT, BROKEN, "@: the role's name holds a character"},
    {{TOKEN, {200, "a b"}}, ERR_FORMAT, BROKEN, "@: the role's name holds a character"},
    {{TOKEN, {-1, NULL}}, ERR_NETWORK, BROKEN, "127.0.0.1:"},
    {{TOKEN, ROLE, {404, ""}},
     ERR_DENIED,
     BROKEN,
     "@: role role: the instance does not have this role"},
    {{TOKEN, ROLE, {503, ""}},
     ERR_NETWORK,
     BROKEN,
     "@: role role: status 503 to the request for keys"},
    {{TOKEN, ROLE, {200, ""}}, ERR_FORMAT, BROKEN, "@: role role: "},
    {{TOKEN, ROLE, {200, "{\"Code\":\"Success\""}}, ERR_FORMAT, BROKEN, "@: role role: "},
    {{TOKEN, ROLE, {200, "[]"}}, ERR_FORMAT, BROKEN, "@: role role: "},
    {{TOKEN,
      ROLE,
      {200, "{\"Code\":\"AssumeRoleUnauthorizedAccess\",\"Message\":\"EC2 \\u001b[1mcannot\"}"}},
     ERR_DENIED,
     BROKEN,
     "@: role role: no keys: AssumeRoleUnauthorizedAccess: EC2 ?[1mcannot"},
    {{TOKEN, ROLE, {200, "{\"Code\":\"Failed\"}"}},
     ERR_DENIED,
     BROKEN,
     "@: role role: no keys: Failed"},
    {{TOKEN, ROLE, {200, "{\"AccessKeyId\":\"" AKID "\"}"}}, ERR_FORMAT, BROKEN, "@: role role: "},
    {{TOKEN, ROLE, {200, "{\"AccessKeyId\":\"x y\"}"}},
     ERR_FORMAT,
     BROKEN,
     "@: role role: AccessKeyId: holds a blank"},
    {{TOKEN, ROLE, {200, KEYS("soon")}},
     ERR_FORMAT,
     BROKEN,
     "@: role role: Expiration is not a date"},
    {{TOKEN, ROLE, {200, KEYS("2015-08-30 18:36:00Z")}},
     ERR_FORMAT,
     BROKEN,
     "@: role role: Expiration is not a date"},
    {{TOKEN, ROLE, {200, KEYS("2015-08-30T12:36:59Z")}, {404, ""}},
     ERR_DENIED,
     BROKEN,
     "http://@: the credentials run out in 59 s; fresh ones are due"},
    {{TOKEN, ROLE, {200, KEYS("2015-08-30T12:35:00Z")}, {404, ""}},
     ERR_DENIED,
     BROKEN,
     "http://@: the credentials ran out 60 s ago; or is the clock of this host wrong?"},
};

static void
assert_fails(enum cred_choice choice, enum err_code code, const char *before, const char *sentence)
{
    struct cred_source source = {.choice = choice};
    struct err e = ERR_INIT;
    struct cred out;
    const char *at = strchr(sentence, '@');
    char want[400];

    assert_int_equal(resolve(&source, 5000, &out, &e), -1);
    /* "@" is the server. */
    (void)snprintf(want, sizeof(want), "%s%.*s%.60s%s", before, (int)strcspn(sentence, "@"),
                   sentence, at != NULL ? server.url + strlen("http://") : "",
                   at != NULL ? at + 1 : "");
    if (e.code != code || strncmp(e.msg, want, strlen(want)) != 0)
        fail_msg("%d \"%s\" instead of %d \"%s\"", e.code, e.msg, code, want);
    assert_null(strstr(e.msg, WJAL));
    assert_null(out.key.secret_key);
    assert_null(out.key.session_token);
}

#define NO_FILE                                                                                    \
    "no credentials: file: neither credentials_file nor config_file is given; "                    \
    "web_identity: web_identity_token_file is not given; container: container_uri is not given; "  \
    "imds: "

static void
failures_are_told_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
        server_start(failures[i].script);
        assert_fails(CRED_IMDS, failures[i].code, "imds: ", failures[i].sentence);
        server_stop();
        server_start(failures[i].script);
        if (failures[i].absent)
            assert_fails(CRED_AUTO, ERR_DENIED, NO_FILE, failures[i].sentence);
        else
            assert_fails(CRED_AUTO, failures[i].code, "imds: ", failures[i].sentence);
        server_stop();
    }
}

/* Sixty seconds are enough. */
static void
sixty_seconds_of_life(void **state)
{
    static const struct step script[STEPS_MAX] = {
        TOKEN, ROLE, {200, KEYS("2015-08-30T12:37:00Z")}, {200, "Not A Region"}};
    struct cred_source source = {.choice = CRED_IMDS};
    struct err e = ERR_INIT;
    struct cred out;

    (void)state;
    server_start(script);
    if (resolve(&source, 5000, &out, &e) != 0)
        fail_msg("%s", e.msg);
    server_stop();
    assert_string_equal(out.region, "");
    cred_free(&out);
}

/* A server that takes the request and is silent is what a container sees behind a
 * hop limit of 1. One second is waited, not the whole deadline. */
static void
silence_is_the_hop_limit(void **state)
{
    static const struct step script[STEPS_MAX] = {{0, NULL}};
    int64_t start = mono_ms();

    (void)state;
    server_start(script);
    assert_fails(CRED_IMDS, ERR_TIMEOUT, "imds: ",
                 "@: no answer to the token request within 1000 ms; in a container raise the hop "
                 "limit of the instance's metadata options to 2");
    server_stop();
    assert_in_range(mono_ms() - start, 900, 4000);
}

static void
nobody_listens(void **state)
{
    static const struct step script[STEPS_MAX] = {{0, NULL}};

    (void)state;
    server_start(script);
    server_stop(); /* its port is closed now, and server.url names it */
    assert_fails(CRED_IMDS, ERR_NETWORK, "imds: ", "no instance metadata service: ");
    assert_fails(CRED_AUTO, ERR_DENIED, NO_FILE, "no instance metadata service: ");
}

/* An address that nobody has: the connection never stands. A listener whose queue
 * is full is as silent. */
static void
silence_before_a_connection_is_absence(void **state)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof(address);
    int full = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), fillers[4];

    (void)state;
    assert_int_equal(bind(full, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(full, 0), 0);
    assert_int_equal(getsockname(full, (struct sockaddr *)&address, &size), 0);
    for (size_t i = 0; i < 4; i++) {
        fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        (void)connect(fillers[i], (struct sockaddr *)&address, size);
    }
    (void)snprintf(server.url, sizeof(server.url), "http://127.0.0.1:%u",
                   (unsigned)ntohs(address.sin_port));
    assert_fails(CRED_AUTO, ERR_DENIED, NO_FILE, "no instance metadata service: 127.0.0.1:");
    for (size_t i = 0; i < 4; i++)
        (void)close(fillers[i]);
    (void)close(full);
}

/* The story's own deadline is not IMDS's absence. */
static void
the_deadline_is_an_error_of_its_own(void **state)
{
    static const struct step script[STEPS_MAX] = {{0, NULL}};
    struct cred_source source = {.choice = CRED_AUTO};
    struct err e = ERR_INIT;
    struct cred out;

    (void)state;
    server_start(script);
    assert_int_equal(resolve(&source, 50, &out, &e), -1);
    server_stop();
    assert_int_equal(e.code, ERR_TIMEOUT);
    assert_int_equal(strncmp(e.msg, "imds: 127.0.0.1:", 16), 0);
}

/* No plain http beyond link-local addresses; and nothing to fall back to. */
static void
a_bad_url_is_never_absence(void **state)
{
    static const char *const urls[] = {"http://192.0.2.1", "ftp://127.0.0.1", ""};

    (void)state;
    for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        struct cred_source source = {.choice = CRED_AUTO, .imds_endpoint_url = urls[i]};
        struct err e = ERR_INIT;
        struct cred out;

        assert_int_equal(resolve(&source, 5000, &out, &e), -1);
        assert_int_equal(e.code, ERR_CONFIG);
    }
}

static void
a_role_of_the_configuration_is_checked_too(void **state)
{
    static const struct step script[STEPS_MAX] = {TOKEN};
    struct cred_source source = {.choice = CRED_IMDS, .imds_role = "a/b"};
    struct err e = ERR_INIT;
    struct cred out;

    (void)state;
    server_start(script);
    assert_int_equal(resolve(&source, 5000, &out, &e), -1);
    server_stop();
    assert_string_equal(e.msg,
                        "imds: imds_role: the role's name holds a character that IAM forbids; "
                        "write the name of the role, not its ARN");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(token_role_keys_region),
        cmocka_unit_test(known_role_and_region),
        cmocka_unit_test(a_refused_token_is_renewed_once),
        cmocka_unit_test(failures_are_told_apart),
        cmocka_unit_test(sixty_seconds_of_life),
        cmocka_unit_test(silence_is_the_hop_limit),
        cmocka_unit_test(nobody_listens),
        cmocka_unit_test(silence_before_a_connection_is_absence),
        cmocka_unit_test(the_deadline_is_an_error_of_its_own),
        cmocka_unit_test(a_bad_url_is_never_absence),
        cmocka_unit_test(a_role_of_the_configuration_is_checked_too),
    };

    if (clearenv() != 0) /* http_open insists */
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
