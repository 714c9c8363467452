#include "base/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The keys of an event that has little to say. */
#define REST(user)                                                                                 \
    " user=" user " iam_user=- account=- service=- rhost=- via=- code=- request_id=- try=- ms=-"

static const struct {
    struct log_event ev;
    const char *line;
} cases[] = {
    {{.event = "create",
      .result = OUTCOME_OK,
      .user = "alice",
      .iam_user = "Alice.Smith@example.com",
      .account = "123456789012",
      .service = "sshd",
      .rhost = "192.0.2.7",
      .via = "claim",
      .request_id = "7a62c49f-347e-4fc4-9331-6e8e",
      .tries = 1,
      .ms = 212},
     "event=create result=ok user=alice iam_user=Alice.Smith@example.com account=123456789012 "
     "service=sshd rhost=192.0.2.7 via=claim code=- request_id=7a62c49f-347e-4fc4-9331-6e8e "
     "try=1 ms=212"},
    {{.event = "mark", .result = OUTCOME_PENDING, .ms = -1}, "event=mark result=pending" REST("-")},
    {{.event = "mark", .result = OUTCOME_PENDING, .user = "", .msg = "", .ms = -1},
     "event=mark result=pending" REST("-")},
    {{.event = "config", .result = OUTCOME_ERROR, .msg = "iamlp.conf:3: no", .ms = -1},
     "event=config result=error" REST("-") " msg=\"iamlp.conf:3: no\""},
    {{.event = "mark", .user = "-", .ms = -1}, "event=mark result=ok" REST("\"-\"")},
    {{.event = "mark", .user = "--", .ms = -1}, "event=mark result=ok" REST("--")},
    {{.event = "mark", .user = "a=b", .ms = -1}, "event=mark result=ok" REST("a=b")},
    {{.event = "mark", .user = "a b", .ms = -1}, "event=mark result=ok" REST("\"a b\"")},
    {{.event = "mark", .user = " ", .ms = -1}, "event=mark result=ok" REST("\" \"")},
    {{.event = "mark", .user = "a\"b", .ms = -1}, "event=mark result=ok" REST("\"a\\\"b\"")},
    {{.event = "mark", .user = "a\\b", .ms = -1}, "event=mark result=ok" REST("\"a\\\\b\"")},
    {{.event = "mark", .user = "a\nb\x7f\xc3\xa9\x01", .ms = -1},
     "event=mark result=ok" REST("\"a\\x0ab\\x7f\\xc3\\xa9\\x01\"")},
    {{.event = "mark", .user = "x result=ok", .ms = -1},
     "event=mark result=ok" REST("\"x result=ok\"")},
};

static void
writes_the_grammar(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct buf line;

        buf_init(&line, LOG_LINE_MAX);
        log_format(&cases[i].ev, &line);
        assert_int_equal(buf_check(&line, "line", NULL), 0);
        assert_string_equal(buf_str(&line), cases[i].line);
        buf_free(&line);
    }
}

/* Follow the grammar of log.h; returns how many pairs the line has. */
static unsigned
pairs(const char *p)
{
    unsigned n = 0;

    for (;;) {
        size_t key = strspn(p, "abcdefghijklmnopqrstuvwxyz_");

        assert_true(key > 0 && p[key] == '=');
        p += key + 1;
        n++;
        if (*p == '"') {
            for (p++; *p != '"'; p++) {
                assert_true(*p >= 0x20 && *p < 0x7f);
                if (*p == '\\')
                    p += p[1] == 'x' ? 3 : 1;
            }
            p++;
        } else {
            assert_true(*p > 0x20);
            p += strcspn(p, " \"");
        }
        if (*p == '\0')
            return n;
        assert_int_equal(*p++, ' ');
    }
}

/* What a stranger chooses (a host name of a thousand bytes, each escaped fourfold)
 * neither breaks the grammar nor leaves out a key nor the sentence. */
static void
keeps_the_grammar_when_it_cuts(void **state)
{
    static const char *const bytes[] = {"\xff", "\"", " ", "x"};

    (void)state;
    for (size_t i = 0; i < sizeof(bytes) / sizeof(bytes[0]); i++) {
        char long_one[3001];
        struct log_event ev = {.event = long_one,
                               .iam_user = long_one,
                               .account = long_one,
                               .service = long_one,
                               .rhost = long_one,
                               .via = long_one,
                               .code = long_one,
                               .request_id = long_one,
                               .tries = UINT32_MAX,
                               .ms = INT64_MAX,
                               .msg = long_one};
        struct buf line;

        memset(long_one, bytes[i][0], sizeof(long_one) - 1);
        long_one[sizeof(long_one) - 1] = '\0';
        /* A short name of each length moves the cut of the sentence by a byte. */
        for (size_t n = 0; n < 8; n++) {
            ev.user = long_one + sizeof(long_one) - 1 - n;
            buf_init(&line, LOG_LINE_MAX);
            log_format(&ev, &line);
            assert_int_equal(buf_check(&line, "line", NULL), 0);
            assert_int_equal(pairs(buf_str(&line)), 13);
            assert_non_null(strstr(buf_str(&line), " msg="));
            assert_in_range(line.len, LOG_LINE_MAX - 4, LOG_LINE_MAX);
            buf_free(&line);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_the_grammar),
        cmocka_unit_test(keeps_the_grammar_when_it_cuts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
