/* A host without memory: whatever of a configuration there is no room for, it is said, and
 * nothing of it is kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "../nth.h"
#include "conf/conf.h"

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__real_strndup(const char *text, size_t len);
char *__wrap_strndup(const char *text, size_t len);
int __real_regcomp(regex_t *re, const char *text, int flags);
int __wrap_regcomp(regex_t *re, const char *text, int flags);

void *
__wrap_calloc(size_t n, size_t size)
{
    return nth_fails() ? NULL : __real_calloc(n, size);
}

void *
__wrap_malloc(size_t size)
{
    return nth_fails() ? NULL : __real_malloc(size);
}

void *
__wrap_realloc(void *old, size_t size)
{
    return nth_fails() ? NULL : __real_realloc(old, size);
}

char *
__wrap_strndup(const char *text, size_t len)
{
    return nth_fails() ? NULL : __real_strndup(text, len);
}

int
__wrap_regcomp(regex_t *re, const char *text, int flags)
{
    return nth_fails() ? REG_ESPACE : __real_regcomp(re, text, flags);
}

/* One of each kind of value. */
static const char text[] = "[login]\n"
                           "exclude = root, admin\n"
                           "snooze = 2h\n"
                           "[users]\n"
                           "alice = prod:Alice.Smith@example.com\n"
                           "bob = Bob\n"
                           "[rule staff]\n"
                           "groups = staff, wheel\n"
                           "match = ([a-z]+)\n"
                           "iam_user = %1\n"
                           "[aws]\n"
                           "id = 210987654321\n"
                           "region = eu-central-1\n"
                           "credentials_file = /etc/iamlp/credentials\n"
                           "[account prod]\n"
                           "id = 123456789012\n"
                           "role_arn = arn:aws:iam::123456789012:role/iamlp\n"
                           "endpoint_url = https://iam.example.com\n"
                           "require_tag = team=people\n";

static void
what_there_is_no_room_for_is_said(void **state)
{
    bool came = true;
    int n;

    (void)state;
    for (n = 1; came; n++) {
        struct err e = ERR_INIT;
        struct conf *c;

        nth_left = n;
        c = conf_parse("/f", text, sizeof(text) - 1, &e);
        came = nth_came();
        if (came != (c == NULL))
            fail_msg("%d: %s", n, c != NULL ? "accepted" : e.msg);
        if (came && strstr(e.msg, "out of memory") != NULL)
            assert_int_equal(e.code, ERR_MEMORY);
        /* regcomp does not tell it from an expression that is too large. */
        else if (came && strstr(e.msg, "match: not a valid extended regular expression") == NULL)
            fail_msg("%d: \"%s\"", n, e.msg);
        conf_free(c);
    }
    assert_in_range(n, 50, 1000);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_there_is_no_room_for_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
