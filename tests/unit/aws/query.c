/* What an answer, or none, says about whether AWS may have acted; and being sent again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../nth.h"
#include "aws/query.h"
#include "server.h"

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__real_mmap(void *at, size_t size, int prot, int flags, int fd, off_t offset);
void *__wrap_mmap(void *at, size_t size, int prot, int flags, int fd, off_t offset);

void *
__wrap_calloc(size_t n, size_t size)
{
    return nth_fails() ? NULL : __real_calloc(n, size);
}

void *
__wrap_realloc(void *old, size_t size)
{
    return nth_fails() ? NULL : __real_realloc(old, size);
}

void *
__wrap_mmap(void *at, size_t size, int prot, int flags, int fd, off_t offset)
{
    return nth_fails() ? MAP_FAILED : __real_mmap(at, size, prot, flags, fd, offset);
}

#define COUNT(table) ((int)(sizeof(table) / sizeof((table)[0])))

#define ANSWER(status, body) "HTTP/1.1 " status "\r\nConnection: close\r\n\r\n" body

#define ERROR(code)                                                                                \
    "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error>"                   \
    "<Type>Sender</Type><Code>" code "</Code><Message>why</Message></Error>"                       \
    "<RequestId>id-1</RequestId></ErrorResponse>"
#define ERRORS(code)                                                                               \
    "<ErrorResponse><Errors><Error><Code>" code "</Code><Message>why</Message></Error></Errors>"   \
    "<RequestID>id-1</RequestID></ErrorResponse>"
#define SUCCESS                                                                                    \
    "<GetUserResponse><GetUserResult/><ResponseMetadata><RequestId>id-1</RequestId>"               \
    "</ResponseMetadata></GetUserResponse>"
#define PAGE "<html><body><p>Try again<br></body></html>"

static const struct {
    const char *name;
    struct server_step step;
    enum fault fault;
    bool maybe_acted;
    int status;
    const char *code, *request_id;
} cases[] = {
    {"success", {CLOSE, ANSWER("200 OK", SUCCESS), NULL, 0}, FAULT_NONE, false, 200, "", "id-1"},
    {"a definite no",
     {CLOSE, ANSWER("400 x", ERROR("PasswordPolicyViolation")), NULL, 0},
     FAULT_POLICY,
     false,
     400,
     "PasswordPolicyViolation",
     "id-1"},
    {"a definite no, other form",
     {CLOSE, ANSWER("400 x", ERRORS("Throttling")), NULL, 0},
     FAULT_THROTTLED,
     false,
     400,
     "Throttling",
     "id-1"},
    {"a definite no with an unknown code",
     {CLOSE, ANSWER("409 x", ERROR("Unheard")), NULL, 0},
     FAULT_OTHER,
     false,
     409,
     "Unheard",
     "id-1"},
    {"a server that failed",
     {CLOSE, ANSWER("500 x", ERROR("ServiceFailure")), NULL, 0},
     FAULT_SERVER,
     true,
     500,
     "ServiceFailure",
     "id-1"},
    {"a server that failed, with a client's status",
     {CLOSE, ANSWER("400 x", ERROR("InternalFailure")), NULL, 0},
     FAULT_SERVER,
     true,
     400,
     "InternalFailure",
     "id-1"},
    {"throttled behind a front end",
     {CLOSE, ANSWER("503 x", ERROR("Throttling")), NULL, 0},
     FAULT_THROTTLED,
     true,
     503,
     "Throttling",
     "id-1"},
    {"a page, 503", {CLOSE, ANSWER("503 x", PAGE), NULL, 0}, FAULT_SERVER, true, 503, "", ""},
    {"a page, 403", {CLOSE, ANSWER("403 x", PAGE), NULL, 0}, FAULT_MALFORMED, true, 403, "", ""},
    {"a page, 200", {CLOSE, ANSWER("200 x", PAGE), NULL, 0}, FAULT_MALFORMED, true, 200, "", ""},
    {"an error, 200",
     {CLOSE, ANSWER("200 x", ERROR("AccessDenied")), NULL, 0},
     FAULT_MALFORMED,
     true,
     200,
     "AccessDenied",
     "id-1"},
    {"half a no",
     {CLOSE, ANSWER("400 x", "<ErrorResponse><Error><Code>AccessDenied</Code>"), NULL, 0},
     FAULT_MALFORMED,
     true,
     400,
     "",
     ""},
    {"dropped before an answer", {.then = CLOSE}, FAULT_NETWORK, true, 0, "", ""},
    {"reset before an answer", {.then = RESET}, FAULT_NETWORK, true, 0, "", ""},
    {"silent until the deadline", {.then = STALL}, FAULT_TIMEOUT, true, 0, "", ""},
};

static void
make_target(struct query_target *t, struct endpoint *ep, const struct server *s)
{
    static const struct http_options options = {.user_agent = "test/1", .clock = &clock_system};
    struct err e = ERR_INIT;

    memset(ep, 0, sizeof(*ep));
    (void)snprintf(ep->url, sizeof(ep->url), "%s", s->url);
    (void)snprintf(ep->host, sizeof(ep->host), "%.*s", (int)strcspn(s->host, "/"), s->host);
    (void)snprintf(ep->region, sizeof(ep->region), "us-east-1");
    (void)snprintf(ep->service, sizeof(ep->service), "iam");
    memset(t, 0, sizeof(*t));
    t->http = http_open(&options, &e);
    if (t->http == NULL)
        fail_msg("%s", e.msg);
    t->endpoint = ep;
    t->clock = &clock_system;
    t->deadline = clock_system.mono_ms() + 10000;
}

static struct secret *
make_body(void)
{
    struct err e = ERR_INIT;
    struct secret *body = query_begin("GetUser", "2010-05-08", &e);

    assert_non_null(body);
    assert_int_equal(query_add(body, "UserName", "a&b c", 5, &e), 0);
    return body;
}

static void
test_answers(void **state)
{
    struct secret *body = make_body();

    (void)state;
    for (int i = 0; i < COUNT(cases); i++) {
        struct query_target t;
        struct query_answer a;
        struct endpoint ep;
        struct server s;
        struct err e = ERR_INIT;

        server_start(&s, &cases[i].step, 1);
        make_target(&t, &ep, &s);
        if (cases[i].step.then == STALL)
            t.deadline = clock_system.mono_ms() + 300;
        assert_int_equal(query_call(&t, body, true, &a, &e), 0);
        if (a.fault != cases[i].fault || a.maybe_acted != cases[i].maybe_acted)
            fail_msg("%s: fault %s, maybe_acted %d", cases[i].name, fault_name(a.fault),
                     a.maybe_acted);
        assert_int_equal(a.status, cases[i].status);
        assert_string_equal(a.code, cases[i].code);
        assert_string_equal(a.request_id, cases[i].request_id);
        assert_int_equal(a.body != NULL, cases[i].fault == FAULT_NONE);
        assert_int_equal(a.message[0] != '\0', cases[i].fault != FAULT_NONE);
        assert_true(*cases[i].code == '\0' || strcmp(a.message, "why") == 0);
        query_answer_free(&a);
        http_close(t.http);
        server_stop(&s);
        assert_int_equal(s.log->requests, 1);
        server_free(&s);
    }
    secret_free(body);
}

static void
test_refused_has_not_acted(void **state)
{
    struct secret *body = make_body();
    struct query_target t;
    struct query_answer a;
    struct endpoint ep;
    struct server s;
    struct err e = ERR_INIT;
    int fd = server_bind(&s);

    (void)state;
    make_target(&t, &ep, &s);
    assert_int_equal(query_call(&t, body, true, &a, &e), 0);
    assert_int_equal(a.fault, FAULT_NETWORK);
    assert_false(a.maybe_acted);
    assert_int_equal(a.status, 0);
    query_answer_free(&a);
    http_close(t.http);
    secret_free(body);
    (void)close(fd);
}

/* Signed with a token, and every header once. */
static void
test_request(void **state)
{
    static const char *const once[] = {
        "POST / HTTP/1.1\r\n",
        "\r\nHost: 127.0.0.1:",
        "\r\nContent-Type: application/x-www-form-urlencoded; charset=utf-8\r\n",
        "\r\nX-Amz-Security-Token: IQoJ/b3==\r\n",
        "\r\nX-Amz-Date: ",
        "\r\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/",
        "\r\n\r\nAction=GetUser&Version=2010-05-08&UserName=a%26b%20c",
    };
    struct sigv4_key key = {.access_key_id = "AKIAIOSFODNN7EXAMPLE"};
    struct secret *body = make_body();
    struct query_target t;
    struct query_answer a;
    struct endpoint ep;
    struct server s;
    struct err e = ERR_INIT;

    (void)state;
    key.secret_key = secret_from("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", 40, &e);
    key.session_token = secret_from("IQoJ/b3==", 9, &e);
    server_start(&s, &cases[0].step, 1);
    make_target(&t, &ep, &s);
    t.key = &key;
    assert_int_equal(query_call(&t, body, true, &a, &e), 0);
    assert_int_equal(a.fault, FAULT_NONE);
    assert_string_equal(secret_str(a.body), SUCCESS);
    query_answer_free(&a);
    http_close(t.http);
    server_stop(&s);
    for (int i = 0; i < COUNT(once); i++)
        if (server_count(&s, once[i]) != 1)
            fail_msg("not there once: %s\nin: %s", once[i], s.log->text);
    assert_int_equal(server_count(&s, "wJalr"), 0);
    server_free(&s);
    sigv4_key_free(&key);
    secret_free(body);
}

/* A host without memory: either it is said, and nothing was sent, or AWS may have acted. */
static void
test_no_memory(void **state)
{
    struct sigv4_key key = {.access_key_id = "AKIAIOSFODNN7EXAMPLE"};
    struct secret *body = make_body();
    struct err e = ERR_INIT;
    char token[8000];
    bool came = true;
    int unsent = 0;

    (void)state;
    memset(token, 't', sizeof(token));
    key.secret_key = secret_from("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", 40, &e);
    key.session_token = secret_from(token, sizeof(token), &e);
    for (int n = 1; came; n++) {
        struct query_target t;
        struct query_answer a = {0};
        struct endpoint ep;
        struct server s;
        int rc;

        server_start(&s, &cases[0].step, 1);
        make_target(&t, &ep, &s);
        t.key = &key;
        err_clear(&e);
        nth_left = n;
        rc = query_call(&t, body, true, &a, &e);
        came = nth_came();
        http_close(t.http);
        server_stop(&s);
        if (rc != 0) {
            unsent++;
            assert_int_equal(e.code, ERR_MEMORY);
            assert_int_equal(s.log->requests, 0);
        } else {
            assert_int_equal(s.log->requests, 1);
            assert_int_equal(a.maybe_acted, came);
            assert_int_equal(a.fault != FAULT_NONE, came);
        }
        query_answer_free(&a);
        server_free(&s);
    }
    assert_in_range(unsent, 5, 50);
    sigv4_key_free(&key);
    secret_free(body);
}

/* ---- again ------------------------------------------------------------------------ */

static int64_t slept, jumped;

static uint32_t
most(void)
{
    return UINT32_MAX;
}

static void
sleep_ms(int64_t ms)
{
    slept++;
    jumped += ms;
}

static int64_t
wall_s(void)
{
    return clock_system.wall_s();
}

/* Sleep takes no time, and yet it passes. */
static int64_t
mono_ms(void)
{
    return clock_system.mono_ms() + jumped;
}

static void
test_again(void **state)
{
    static const struct clock clock = {wall_s, mono_ms};
    static const char refused[] = ANSWER("400 x", ERROR("Throttling")),
                      failed[] = ANSWER("500 x", ERROR("ServiceFailure")),
                      denied[] = ANSWER("403 x", ERROR("AccessDenied")),
                      fine[] = ANSWER("200 OK", SUCCESS);
    static const struct {
        const char *script[3];
        bool acts;
        int within_ms, attempts;
        enum fault fault;
        int tokens; /* of 100 */
    } rows[] = {
        {{fine}, true, 60000, 1, FAULT_NONE, 101},
        {{refused, failed, fine}, false, 60000, 3, FAULT_NONE, 100},
        {{refused, failed, fine}, true, 60000, 2, FAULT_SERVER, 95},
        {{refused, denied, fine}, true, 60000, 2, FAULT_DENIED, 95},
        {{refused, refused, refused}, false, 60000, 3, FAULT_THROTTLED, 90},
        /* 999 ms may be waited for, 1999 ms more would not leave enough. */
        {{refused, refused, fine}, false, 3000, 2, FAULT_THROTTLED, 95},
    };
    struct secret *body = make_body();

    (void)state;
    for (int i = 0; i < COUNT(rows); i++) {
        struct query_target t;
        struct query_answer a;
        struct endpoint ep;
        struct server s;
        struct err e = ERR_INIT;
        struct retry r;
        struct server_step script[3];

        retry_init(&r);
        r.tokens = 100;
        r.random = most;
        r.sleep_ms = sleep_ms;
        slept = jumped = 0;
        for (int k = 0; k < 3; k++)
            script[k] = (struct server_step){.then = CLOSE, .text = rows[i].script[k]};
        server_start(&s, script, 3);
        make_target(&t, &ep, &s);
        t.clock = &clock;
        t.retry = &r;
        t.deadline = mono_ms() + rows[i].within_ms;
        assert_int_equal(query_call(&t, body, rows[i].acts, &a, &e), 0);
        if (a.fault != rows[i].fault || a.attempts != rows[i].attempts ||
            slept != rows[i].attempts - 1 || r.tokens != rows[i].tokens)
            fail_msg("row %d: fault %s, %d attempts, %d sleeps, %d tokens", i, fault_name(a.fault),
                     a.attempts, (int)slept, r.tokens);
        assert_int_equal(a.body != NULL, a.fault == FAULT_NONE);
        query_answer_free(&a);
        http_close(t.http);
        server_stop(&s);
        assert_int_equal(s.log->requests, rows[i].attempts);
        server_free(&s);
    }
    secret_free(body);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers), cmocka_unit_test(test_refused_has_not_acted),
        cmocka_unit_test(test_request), cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_again),
    };

    (void)clearenv();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
