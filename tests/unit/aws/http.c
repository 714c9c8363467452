/* One request, one answer: what reaches a server, and what an answer may cost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "aws/http.h"
#include "server.h"

#define COUNT(table) ((int)(sizeof(table) / sizeof((table)[0])))

#define LONG_MS  10000 /* never reached when all is well */
#define SHORT_MS 1000  /* time enough to send on a busy machine */

static const struct http_options options = {.user_agent = "test/1", .clock = &clock_system};

static struct http *
open_http(void)
{
    struct err e = ERR_INIT;
    struct http *h = http_open(&options, &e);

    if (h == NULL)
        fail_msg("%s", e.msg);
    return h;
}

/* A POST of `form`, or a GET without one. */
static int
request(struct http *h, const char *url, const char *form, int within_ms, struct http_answer *a,
        struct err *e)
{
    struct secret *body = form != NULL ? secret_from(form, strlen(form), e) : NULL;
    const struct http_request r = {
        .method = form != NULL ? "POST" : "GET",
        .url = url,
        .body = body,
        .deadline = clock_system.mono_ms() + within_ms,
    };
    int rc = http_send(h, &r, a, e);

    secret_free(body);
    return rc;
}

/* ---- HTTP-3, HTTP-4 --------------------------------------------------------------------- */

/* The kept connection ends at the very moment the second request arrives. */
static void
test_once_on_a_kept_connection(void **state)
{
    static const struct {
        enum server_then then;
        const char *form, *mark; /* the second request, and what to know it by */
    } cases[] = {
        {CLOSE, "Action=Second", "Action=Second"},
        {RESET, "Action=Second", "Action=Second"},
        {CLOSE, NULL, "GET /second"},
        {RESET, NULL, "GET /second"},
    };

    (void)state;
    for (int i = 0; i < COUNT(cases); i++) {
        const struct server_step script[] = {{.text = SERVER_OK}, {.then = cases[i].then}};
        struct http *h = open_http();
        struct http_answer a;
        struct err e = ERR_INIT;
        struct server s;
        char url[128];

        server_start(&s, script, COUNT(script));
        assert_int_equal(request(h, s.url, "Action=First", LONG_MS, &a, &e), 0);
        assert_int_equal(a.status, 200);
        assert_true(a.sent);
        http_answer_free(&a);

        (void)snprintf(url, sizeof(url), "%ssecond", s.url);
        assert_int_equal(request(h, url, cases[i].form, LONG_MS, &a, &e), -1);
        assert_int_equal(e.code, ERR_NETWORK);
        assert_true(a.sent);
        http_answer_free(&a);
        http_close(h);
        server_stop(&s);
        assert_int_equal(server_count(&s, cases[i].mark), 1);
        assert_int_equal(s.log->requests, 2);
        server_free(&s);
    }
}

/* It ends after the request's head. libcurl may have held the body back until then
 * and try again: that is harmless as long as the body reaches a server once at most. */
static void
test_cut_before_the_body(void **state)
{
    static const struct server_step script[] = {{.text = SERVER_OK}, {.then = CUT}};
    struct http *h = open_http();
    struct http_answer a;
    struct err e = ERR_INIT;
    struct server s;
    int rc;

    (void)state;
    server_start(&s, script, COUNT(script));
    assert_int_equal(request(h, s.url, "Action=First", LONG_MS, &a, &e), 0);
    http_answer_free(&a);
    rc = request(h, s.url, "Action=Second", LONG_MS, &a, &e);
    assert_true(a.sent);
    http_answer_free(&a);
    http_close(h);
    server_stop(&s);
    assert_int_equal(server_count(&s, "Action=Second"), rc == 0 ? 1 : 0);
    server_free(&s);
}

/* The two requests of the test above do share a connection. */
static void
test_connection_is_kept(void **state)
{
    struct http *h = open_http();
    struct server s;

    (void)state;
    server_start(&s, NULL, 0);
    for (int i = 0; i < 3; i++) {
        struct http_answer a;
        struct err e = ERR_INIT;

        assert_int_equal(request(h, s.url, "Action=Any", LONG_MS, &a, &e), 0);
        assert_string_equal(secret_str(a.body), "ok");
        assert_false(a.tls);
        http_answer_free(&a);
    }
    http_close(h);
    server_stop(&s);
    assert_int_equal(s.log->connections, 1);
    assert_int_equal(server_count(&s, "Action=Any"), 3);
    server_free(&s);
}

static void
test_refused_is_not_sent(void **state)
{
    static const char *const forms[] = {"Action=Any", NULL};
    struct http *h = open_http();
    struct server s;
    int fd = server_bind(&s);

    (void)state;
    for (int i = 0; i < COUNT(forms); i++) {
        struct http_answer a;
        struct err e = ERR_INIT;

        assert_int_equal(request(h, s.url, forms[i], LONG_MS, &a, &e), -1);
        assert_int_equal(e.code, ERR_NETWORK);
        assert_non_null(strstr(e.msg, "127.0.0.1"));
        assert_false(a.sent);
        http_answer_free(&a);
    }
    http_close(h);
    (void)close(fd);
}

/* ---- answers ----------------------------------------------------------------------------- */

#define STATUS "HTTP/1.1 200 OK\r\n"
#define BLOCK                                                                                      \
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"                             \
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void
test_failing_answers(void **state)
{
    static const struct {
        struct server_step step;
        int within_ms;
        enum err_code code;
    } cases[] = {
        {{.then = CLOSE}, LONG_MS, ERR_NETWORK},
        {{.then = RESET}, LONG_MS, ERR_NETWORK},
        {{.then = CUT}, LONG_MS, ERR_NETWORK},
        {{CLOSE, STATUS "Content-Length: 9\r\n\r\nhalf", NULL, 0}, LONG_MS, ERR_NETWORK},
        {{CLOSE, "not HTTP at all\r\n\r\n", NULL, 0}, LONG_MS, ERR_NETWORK},
        {{CLOSE, STATUS "\r\n", BLOCK, 1 + HTTP_BODY_MAX / 128}, LONG_MS, ERR_LIMIT},
        {{CLOSE, STATUS "X-Half: ", NULL, 0}, LONG_MS, ERR_NETWORK},
        {{CLOSE, STATUS, "X-Many: 1\r\n", HTTP_HEADER_MAX / 11}, LONG_MS, ERR_LIMIT},
        {{.then = STALL}, SHORT_MS, ERR_TIMEOUT},
        {{STALL, STATUS "X-Half: ", NULL, 0}, SHORT_MS, ERR_TIMEOUT},
        {{STALL, STATUS "Content-Length: 9\r\n\r\nhalf", NULL, 0}, SHORT_MS, ERR_TIMEOUT},
    };

    (void)state;
    for (int i = 0; i < COUNT(cases); i++) {
        struct http *h = open_http();
        struct http_answer a;
        struct err e = ERR_INIT;
        struct server s;
        int64_t start, took;

        server_start(&s, &cases[i].step, 1);
        start = clock_system.mono_ms();
        assert_int_equal(request(h, s.url, "Action=Any", cases[i].within_ms, &a, &e), -1);
        took = clock_system.mono_ms() - start;
        if (e.code != cases[i].code)
            fail_msg("case %d: error %d, expected %d: %s", i, e.code, cases[i].code, e.msg);
        /* CUT comes at the head: whether the body had left by then is a race. */
        if (cases[i].step.then != CUT)
            assert_true(a.sent);
        assert_null(a.body);
        assert_true(took < LONG_MS / 2);
        assert_true(cases[i].code != ERR_TIMEOUT || took >= SHORT_MS - 20);
        http_answer_free(&a);
        http_close(h);
        server_stop(&s);
        assert_int_equal(s.log->requests, 1);
        server_free(&s);
    }
}

/* At the ceiling, not beyond it. */
static void
test_largest_body(void **state)
{
    static const struct server_step step = {CLOSE, STATUS "\r\n", BLOCK, HTTP_BODY_MAX / 128};
    struct http *h = open_http();
    struct http_answer a;
    struct err e = ERR_INIT;
    struct server s;

    (void)state;
    server_start(&s, &step, 1);
    assert_int_equal(request(h, s.url, NULL, LONG_MS, &a, &e), 0);
    assert_int_equal(secret_len(a.body), HTTP_BODY_MAX);
    http_answer_free(&a);
    http_close(h);
    server_stop(&s);
    server_free(&s);
}

/* A redirect is an answer like any other; so are its headers. */
static void
test_redirect_is_not_followed(void **state)
{
    static const struct server_step step = {
        .text = "HTTP/1.1 307 Elsewhere\r\nLocation: /elsewhere\r\n"
                "Date: Sun, 30 Aug 2015 12:36:00 GMT\r\n"
                "x-amzn-RequestId: abc-1\r\nContent-Length: 0\r\n\r\n",
    };
    struct http *h = open_http();
    struct http_answer a;
    struct err e = ERR_INIT;
    struct server s;

    (void)state;
    server_start(&s, &step, 1);
    assert_int_equal(request(h, s.url, "Action=Any", LONG_MS, &a, &e), 0);
    assert_int_equal(a.status, 307);
    assert_string_equal(a.request_id, "abc-1");
    assert_int_equal(a.date, 1440938160);
    http_answer_free(&a);
    http_close(h);
    server_stop(&s);
    assert_int_equal(s.log->requests, 1);
    server_free(&s);
}

/* ---- refusals ------------------------------------------------------------------------------ */

static void
test_plain_http_is_for_local_hosts(void **state)
{
    static const char *const urls[] = {"http://192.0.2.1/", "http://iam.amazonaws.com/"};
    struct http *h = open_http();

    (void)state;
    for (int i = 0; i < COUNT(urls); i++) {
        struct http_answer a;
        struct err e = ERR_INIT;

        assert_int_equal(request(h, urls[i], "Action=Any", LONG_MS, &a, &e), -1);
        assert_int_equal(e.code, ERR_CONFIG);
        assert_false(a.sent);
        http_answer_free(&a);
    }
    http_close(h);
}

static void
test_proxy_options(void **state)
{
    static const struct {
        const char *proxy, *auth, *sentence; /* NULL: accepted */
    } cases[] = {
        {"http://proxy.example.com:3128", NULL, NULL},
        {"https://[2001:db8::1]/", "user:", NULL},
        {"http://127.0.0.1:1", "user:a:b \xc3\xa9", NULL},
        {"proxy.example.com:3128", NULL, "must begin with https:// or http://"},
        {"http://user:Secret-1@proxy.example.com", NULL, "must not hold a user name"},
        {"http://proxy.example.com/path", NULL, "must not be followed by a path"},
        {"socks5://proxy.example.com", NULL, "must begin with https:// or http://"},
        {"http://127.0.0.1:1", "Secret-1", "must hold USER:PASSWORD"},
        {"http://127.0.0.1:1", ":Secret-1", "must hold USER:PASSWORD"},
        {"http://127.0.0.1:1", "user:Secret-1\r\nX: 1", "on one line"},
    };

    (void)state;
    for (int i = 0; i < COUNT(cases); i++) {
        struct http_options o = options;
        struct err e = ERR_INIT;
        struct secret *auth =
            cases[i].auth != NULL ? secret_from(cases[i].auth, strlen(cases[i].auth), &e) : NULL;
        struct http *h = NULL;

        o.proxy = cases[i].proxy;
        o.proxy_auth = auth;
        h = http_open(&o, &e);
        if ((h != NULL) != (cases[i].sentence == NULL))
            fail_msg("%s: %s", cases[i].proxy, h != NULL ? "accepted" : e.msg);
        if (h == NULL) {
            assert_int_equal(e.code, ERR_CONFIG);
            if (strstr(e.msg, cases[i].sentence) == NULL || strstr(e.msg, "Secret") != NULL)
                fail_msg("%s: %s", cases[i].proxy, e.msg);
        }
        http_close(h);
        secret_free(auth);
    }
}

/* Only https goes there, and not what must not. */
static void
test_who_is_asked(void **state)
{
    static const struct {
        const char *scheme;
        bool direct, proxied;
    } cases[] = {
        {"http", false, false},
        {"http", true, false},
        {"https", false, true},
        {"https", true, false},
    };
    struct http_options o = options;
    struct server s, p;
    int fd = server_bind(&s), proxy = server_bind(&p);
    char url[128];

    (void)state;
    (void)snprintf(url, sizeof(url), "http://%.*s", (int)strcspn(p.host, "/"), p.host);
    o.proxy = url;
    for (int i = 0; i < COUNT(cases); i++) {
        struct err e = ERR_INIT;
        struct http *h = http_open(&o, &e);
        char at[128];
        const struct http_request r = {
            .method = "GET",
            .url = at,
            .deadline = clock_system.mono_ms() + LONG_MS,
            .direct = cases[i].direct,
        };
        struct http_answer a;

        (void)snprintf(at, sizeof(at), "%s://%s", cases[i].scheme, s.host);
        assert_int_equal(http_send(h, &r, &a, &e), -1);
        assert_int_equal(e.code, ERR_NETWORK);
        assert_false(a.sent);
        if ((strstr(e.msg, url) != NULL) != cases[i].proxied)
            fail_msg("%s, direct %d: %s", at, cases[i].direct, e.msg);
        http_answer_free(&a);
        http_close(h);
    }
    (void)close(fd);
    (void)close(proxy);
}

static void
test_environment_must_be_empty(void **state)
{
    struct err e = ERR_INIT;

    (void)state;
    assert_int_equal(setenv("SSL_CERT_FILE", "/nowhere", 1), 0);
    assert_null(http_open(&options, &e));
    assert_int_equal(clearenv(), 0);
    assert_int_equal(e.code, ERR_TRUST);
    assert_non_null(strstr(e.msg, "SSL_CERT_FILE"));
    assert_null(strstr(e.msg, "/nowhere"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_once_on_a_kept_connection),
        cmocka_unit_test(test_cut_before_the_body),
        cmocka_unit_test(test_connection_is_kept),
        cmocka_unit_test(test_refused_is_not_sent),
        cmocka_unit_test(test_failing_answers),
        cmocka_unit_test(test_largest_body),
        cmocka_unit_test(test_redirect_is_not_followed),
        cmocka_unit_test(test_plain_http_is_for_local_hosts),
        cmocka_unit_test(test_proxy_options),
        cmocka_unit_test(test_who_is_asked),
        cmocka_unit_test(test_environment_must_be_empty),
    };

    (void)clearenv();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
