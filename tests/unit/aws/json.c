/* JSON: strings of one flat object, ceilings, and errors that repeat nothing. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "aws/json.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
members(void **state)
{
    static const char doc[] =
        "{\"AccessKeyId\": \"AKIDEXAMPLE\", \"Version\": 1, \"Empty\": \"\",\n"
        " \"Esc\": \"a\\u00e9\\n\\\"\\/\", \"Null\": null, \"True\": true,"
        " \"Real\": 1.5, \"List\": [1], \"Obj\": {\"AccessKeyId\": \"inner\"},"
        " \"Neg\": -9007199254740993}";
    static const struct {
        const char *key, *want;
        enum err_code code;
    } rows[] = {
        {"AccessKeyId", "AKIDEXAMPLE", ERR_OK},
        {"Version", "1", ERR_OK},
        {"Neg", "-9007199254740993", ERR_OK},
        {"Empty", "", ERR_OK},
        {"Esc", "a\xc3\xa9\n\"/", ERR_OK},
        {"accesskeyid", NULL, ERR_ABSENT},
        {"Null", NULL, ERR_ABSENT},
        {"Missing", NULL, ERR_ABSENT},
        {"True", NULL, ERR_FORMAT},
        {"Real", NULL, ERR_FORMAT},
        {"List", NULL, ERR_FORMAT},
        {"Obj", NULL, ERR_FORMAT},
    };
    struct json *j = json_parse(doc, sizeof(doc) - 1, NULL);

    (void)state;
    assert_non_null(j);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct err e = ERR_INIT;
        struct secret *s = json_member(j, rows[i].key, &e);

        assert_int_equal(e.code, rows[i].code);
        if (rows[i].want == NULL)
            assert_null(s);
        else
            assert_string_equal(secret_str(s), rows[i].want);
        secret_free(s);
    }
    json_free(j);
    json_free(NULL);
}

static void
refuses_without_repeating(void **state)
{
    static const char *const rows[] = {
        "",
        "SECRET",
        "\"SECRET\"",
        "[\"SECRET\"]",
        "null",
        "{\"SECRET\"}",
        "{\"a\": SECRET}",
        "{\"a\": \"SECRET}",
        "{\"a\": \"SECRET\"",
        "{\"a\": \"SECRET\"} SECRET",
        "{\"a\": \"SECRET\", \"a\": \"SECRET\"}",
        "{\"a\": \"SECRET\\u0000\"}",
        "{\"a\": \"SECRET\xff\"}",
        "{\"a\": 99999999999999999999999999SECRET}",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct err e = ERR_INIT;

        if (json_parse(rows[i], strlen(rows[i]), &e) != NULL)
            fail_msg("taken: %s", rows[i]);
        assert_int_equal(e.code, ERR_FORMAT);
        assert_true(e.msg[0] != '\0');
        assert_null(strstr(e.msg, "SECRET"));
    }
}

static void
says_where(void **state)
{
    static const char doc[] = "{\n \"a\": 1,\n \"b\": ?\n}";
    struct err e = ERR_INIT;

    (void)state;
    assert_null(json_parse(doc, sizeof(doc) - 1, &e));
    assert_non_null(strstr(e.msg, "line 3"));
}

static void
ceilings(void **state)
{
    char *doc = malloc(JSON_TEXT_MAX + 2);
    struct err e = ERR_INIT;
    struct json *j;

    (void)state;
    memset(doc, ' ', JSON_TEXT_MAX + 2);
    memcpy(doc, "{}", 2);
    j = json_parse(doc, JSON_TEXT_MAX, &e);
    assert_non_null(j);
    json_free(j);
    assert_null(json_parse(doc, JSON_TEXT_MAX + 1, &e));
    assert_int_equal(e.code, ERR_LIMIT);

    for (size_t depth = JSON_DEPTH_MAX; depth <= JSON_DEPTH_MAX + 1; depth++) {
        memcpy(doc, "{\"a\":", 5);
        memset(doc + 5, '[', depth - 1);
        memset(doc + 5 + depth - 1, ']', depth - 1);
        memcpy(doc + 5 + 2 * (depth - 1), "}", 1);
        err_clear(&e);
        j = json_parse(doc, 6 + 2 * (depth - 1), &e);
        assert_int_equal(e.code, depth <= JSON_DEPTH_MAX ? ERR_OK : ERR_LIMIT);
        json_free(j);
    }
    free(doc);

    /* Brackets in strings are no depth; an unclosed flood of them is refused too. */
    j = json_parse("{\"a\":\"[[[[[[[[[[[[\\\"[[[[{{{{\"}", 30, &e);
    assert_non_null(j);
    json_free(j);
}

static void
a_persons_document(void **state)
{
    static const char doc[] = "{\"B\": 1, \"A\": \"x\", \"C\": true, \"D\": false, \"E\": null, "
                              "\"F\": 1.0, \"G\": [], \"A\": \"last\"}";
    static const enum json_kind kinds[] = {JSON_KIND_INTEGER, JSON_KIND_STRING, JSON_KIND_TRUE,
                                           JSON_KIND_FALSE,   JSON_KIND_OTHER,  JSON_KIND_OTHER,
                                           JSON_KIND_OTHER};
    static const char *const keys[] = {"B", "A", "C", "D", "E", "F", "G"};
    struct err e = ERR_INIT;
    struct json *j = json_parse_last(doc, sizeof(doc) - 1, &e);
    struct secret *s;

    (void)state;
    assert_null(json_parse(doc, sizeof(doc) - 1, NULL));
    assert_non_null(j);
    for (size_t i = 0; i < COUNT(keys); i++) {
        assert_string_equal(json_key(j, i), keys[i]);
        assert_int_equal(json_kind_of(j, keys[i]), kinds[i]);
    }
    assert_null(json_key(j, COUNT(keys)));
    assert_int_equal(json_kind_of(j, "a"), JSON_KIND_ABSENT);
    s = json_member(j, "A", &e);
    assert_string_equal(secret_str(s), "last");
    secret_free(s);
    json_free(j);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members),
        cmocka_unit_test(a_persons_document),
        cmocka_unit_test(refuses_without_repeating),
        cmocka_unit_test(says_where),
        cmocka_unit_test(ceilings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
