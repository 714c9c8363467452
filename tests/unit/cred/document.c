/* Credentials as JSON: what IMDS, containers and programs write, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cred/document.h"

#define AKID "ASIAIOSFODNN7EXAMPLE"
#define WJAL "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
#define PAIR "\"AccessKeyId\":\"" AKID "\",\"SecretAccessKey\":\"" WJAL "\""
#define DATE "\"Expiration\":\"2015-08-30T18:36:00Z\""
#define WHEN 1440959760

static int
read_text(const char *text, enum document_shape shape, struct sigv4_key *k, struct err *e)
{
    struct secret *body = secret_from(text, strlen(text), e);
    int rc;

    assert_non_null(body);
    memset(k, 0, sizeof(*k));
    rc = document_read(body, shape, k, e);
    secret_free(body);
    return rc;
}

static const struct {
    enum document_shape shape;
    const char *text;
    const char *token; /* NULL: none */
    int64_t expires;
} good[] = {
    {DOCUMENT_SERVICE, "{" PAIR ",\"Token\":\"t==\"," DATE "}", "t==", WHEN},
    {DOCUMENT_SERVICE, "{\"Code\":\"Success\"," PAIR ",\"Token\":\"t\"," DATE "}", "t", WHEN},
    {DOCUMENT_SERVICE,
     "{\"RoleArn\":\"arn:x\",\"AccountId\":\"1\"," PAIR ",\"Token\":\"t\"," DATE "}", "t", WHEN},
    {DOCUMENT_PROCESS, "{\"Version\":1," PAIR "}", NULL, 0},
    {DOCUMENT_PROCESS, "{\"Version\":1," PAIR ",\"SessionToken\":null,\"Expiration\":null}", NULL,
     0},
    {DOCUMENT_PROCESS, "{\"Version\":1," PAIR ",\"SessionToken\":\"\"}", NULL, 0},
    {DOCUMENT_PROCESS, "{\"Version\":1," PAIR ",\"SessionToken\":\"t\"}", "t", 0},
    {DOCUMENT_PROCESS, "{\"Version\":1," PAIR ",\"Token\":\"no\"}", NULL, 0},
    {DOCUMENT_PROCESS, " {\"Version\" : 1 ,\n " PAIR ",\"SessionToken\":\"t\"," DATE "}\n", "t",
     WHEN},
    {DOCUMENT_PROCESS,
     "{\"Version\":1," PAIR ",\"Expiration\":\"2015-08-30T20:36:00.123456+02:00\"}", NULL, WHEN},
    {DOCUMENT_PROCESS, "{\"Version\":1,\"Code\":\"Failed\"," PAIR "}", NULL, 0},
};

static void
both_shapes_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct err e = ERR_INIT;
        struct sigv4_key k;

        if (read_text(good[i].text, good[i].shape, &k, &e) != 0)
            fail_msg("%s: %s", good[i].text, e.msg);
        assert_string_equal(k.access_key_id, AKID);
        assert_string_equal(secret_str(k.secret_key), WJAL);
        if (good[i].token == NULL)
            assert_null(k.session_token);
        else
            assert_string_equal(secret_str(k.session_token), good[i].token);
        assert_int_equal(k.expires, good[i].expires);
        sigv4_key_free(&k);
    }
}

static const struct {
    enum document_shape shape;
    const char *text;
    enum err_code code;
    const char *sentence;
} bad[] = {
    {DOCUMENT_SERVICE, "", ERR_FORMAT, "not JSON: line 1, column 0"},
    {DOCUMENT_SERVICE, "<html>" WJAL "</html>", ERR_FORMAT, "not JSON: line 1"},
    {DOCUMENT_SERVICE, "[]", ERR_FORMAT, "the JSON is not an object"},
    {DOCUMENT_SERVICE, "{}", ERR_FORMAT, "AccessKeyId is missing"},
    {DOCUMENT_SERVICE, "{\"AccessKeyId\":\"" AKID "\"}", ERR_FORMAT, "SecretAccessKey is missing"},
    {DOCUMENT_SERVICE, "{" PAIR "," DATE "}", ERR_FORMAT, "Token is missing"},
    {DOCUMENT_SERVICE, "{" PAIR ",\"SessionToken\":\"t\"," DATE "}", ERR_FORMAT,
     "Token is missing"},
    {DOCUMENT_SERVICE, "{" PAIR ",\"Token\":\"\"," DATE "}", ERR_FORMAT, "Token: is empty"},
    {DOCUMENT_SERVICE, "{" PAIR ",\"Token\":[]," DATE "}", ERR_FORMAT,
     "Token is neither a string nor an integer"},
    {DOCUMENT_SERVICE, "{" PAIR ",\"Token\":\"t\"}", ERR_FORMAT, "Expiration is missing"},
    {DOCUMENT_SERVICE, "{" PAIR ",\"Token\":\"t\",\"Expiration\":\"soon\"}", ERR_FORMAT,
     "Expiration is not a date such as 2026-11-23T09:30:00Z"},
    {DOCUMENT_SERVICE, "{" PAIR ",\"Token\":\"t\",\"Expiration\":\"1970-01-01T00:00:00Z\"}",
     ERR_FORMAT, "Expiration is not a date"},
    {DOCUMENT_SERVICE, "{\"Code\":\"AssumeRoleUnauthorizedAccess\",\"Message\":\"EC2 cannot\"}",
     ERR_DENIED, "no keys: AssumeRoleUnauthorizedAccess: EC2 cannot"},
    {DOCUMENT_SERVICE, "{\"code\":\"Failed\"," PAIR "}", ERR_DENIED, "no keys: Failed"},
    {DOCUMENT_PROCESS, "", ERR_FORMAT, "not JSON: line 1, column 0"},
    {DOCUMENT_PROCESS, "{" PAIR "}", ERR_FORMAT, "Version is missing"},
    {DOCUMENT_PROCESS, "{\"Version\":2," PAIR "}", ERR_FORMAT, "Version is not 1"},
    {DOCUMENT_PROCESS, "{\"Version\":true," PAIR "}", ERR_FORMAT,
     "Version is neither a string nor an integer"},
    {DOCUMENT_PROCESS, "{\"Version\":1}", ERR_FORMAT, "AccessKeyId is missing"},
    {DOCUMENT_PROCESS, "{\"Version\":1,\"AccessKeyId\":\"x y\"}", ERR_FORMAT,
     "AccessKeyId: holds a blank"},
    {DOCUMENT_PROCESS, "{\"Version\":1," PAIR ",\"SessionToken\":\"a\\nb\"}", ERR_FORMAT,
     "SessionToken: holds a character that is not printable ASCII"},
    {DOCUMENT_PROCESS, "{\"Version\":1," PAIR ",\"Expiration\":\"\"}", ERR_FORMAT,
     "Expiration is not a date"},
    {DOCUMENT_PROCESS, "{\"Version\":1,\"Version\":1," PAIR "}", ERR_FORMAT, "not JSON: line 1"},
    {DOCUMENT_PROCESS, "[[[[[[[[[]]]]]]]]]", ERR_LIMIT, "the JSON is longer than"},
};

static void
what_is_none_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct err e = ERR_INIT;
        struct sigv4_key k;

        if (read_text(bad[i].text, bad[i].shape, &k, &e) != -1)
            fail_msg("taken: %s", bad[i].text);
        if (e.code != bad[i].code || strncmp(e.msg, bad[i].sentence, strlen(bad[i].sentence)) != 0)
            fail_msg("%d \"%s\" instead of %d \"%s\"", e.code, e.msg, bad[i].code, bad[i].sentence);
        assert_null(strstr(e.msg, "wJal"));
        assert_null(strstr(e.msg, AKID));
        sigv4_key_free(&k);
    }
}

static void
a_complaint_is_shown_clean(void **state)
{
    static const char *const said[][2] = {
        {"{\"code\":\"AccessDenied\",\"message\":\"no \\u001b[1mrole\"}",
         "AccessDenied: no ?[1mrole"},
        {"{\"Code\":\"A\",\"Message\":\"b\"}", "A: b"},
        {"{\"message\":\"b\"}", "b"},
        {"{\"code\":\"a\"}", "a"},
        {"{}", ""},
        {"{\"code\":[],\"message\":{}}", ""},
        {"<html>busy</html>", ""},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
        struct secret *body = secret_from(said[i][0], strlen(said[i][0]), NULL);
        char out[200] = "x";

        document_complaint(body, out, sizeof(out));
        assert_string_equal(out, said[i][1]);
        secret_free(body);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_shapes_are_read),
        cmocka_unit_test(what_is_none_is_named),
        cmocka_unit_test(a_complaint_is_shown_clean),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
