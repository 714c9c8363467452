/* What ere_check takes and what it refuses, and that regcomp can do with what it takes. */
#include "conf/ere.h"

#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void
taken(void **state)
{
    static const char *const all[] = {
        "[a-z]{1,64}[.][a-z]{1,64}",
        "(a{10}b{9,}){40}",
        "[][:alpha:]+{(]{999}",
        "[^]{1001}(+]{999}",
        "[[=a=][.-.]]{999}",
        "[\\1]",
        "\\(\\+\\+\\{1001\\}",
        "(a{100}){1,}(b{100}){0}",
        "((((a+)+)+)+)+|c*x",
        "a{2}{3}{0,1}",
        "(-?[a-z]+[.]?)+",
        "a{1000}",
        "(a?b*c){9}",
        "(a|b)*|^c$|()|[)]\\)",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        struct err e = ERR_INIT;
        regex_t re;

        if (ere_check(all[i], &e) != 0)
            fail_msg("%s: %s", all[i], e.msg);
        assert_int_equal(regcomp(&re, all[i], REG_EXTENDED), 0);
        regfree(&re);
    }
}

/* What is not well formed is not its business. */
static void
taken_for_regcomp_to_refuse(void **state)
{
    static const char *const all[] = {"", "(", "[", "[^", "[[:", "[]", "[a[.", "a{", "{", "\\"};

    (void)state;
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        assert_int_equal(ere_check(all[i], &(struct err)ERR_INIT), 0);
}

static void
refused(const char *const *all, size_t count, const char *why)
{
    for (size_t i = 0; i < count; i++) {
        struct err e = ERR_INIT;

        if (ere_check(all[i], &e) == 0)
            fail_msg("%s: taken", all[i]);
        assert_int_equal(e.code, ERR_CONFIG);
        if (strstr(e.msg, why) == NULL)
            fail_msg("%s: %s", all[i], e.msg);
    }
}

static void
too_much(void **state)
{
    static const char *const all[] = {
        "[a-z]++++++++++++",
        "((a{50}b){3,}c){7}",
        "[]([:alpha:]{]{1001}",
        "[^]a]{1001}",
        "[[.].]]{1001}",
        "a{99999999999999999999}",
        "a{1000,}",
        "a{99999999999999999999,}",
        "(a){501}",
        "(a*b){501}",
        "\\\\{1001}",
        "(a{32767}){0}",
        "((a{600}b){2}){0,0}",
        "((((((((((a+)+)+)+)+)+)+)+)+)+)+",
    };

    (void)state;
    refused(all, sizeof(all) / sizeof(all[0]), "more than 1000 characters");
}

static void
what_may_be_empty(void **state)
{
    static const char *const all[] = {
        "a??",    "a**",       "a?{100}",   "(a?)+",    "(a*)*",     "(a*b?){2}", "(a|b*)*",
        "(a|)+",  "(|a)+",     "(|a|b)+",   "()*",      "(^)*",      "(a|$)*",    "(\\<)*",
        "(\\b)+", "(a{0}){2}", "(a{0,3})?", "(a{0,})+", "((a?)){2}", "a{,3}{2}",
    };

    (void)state;
    refused(all, sizeof(all) / sizeof(all[0]), "a repetition of what may be empty");
}

static void
closes_nothing(void **state)
{
    static const char *const all[] = {"a)", ")", "alice)|bob", "a)(b", "(a))", "a?){100}", "a|)"};

    (void)state;
    refused(all, sizeof(all) / sizeof(all[0]), "a ')' without its '('");
}

static void
back_references(void **state)
{
    static const char *const all[] = {"(a)\\1", "((a)b\\2)", "(a)\\1\\.", "(a)[\\]\\1"};

    (void)state;
    refused(all, sizeof(all) / sizeof(all[0]), "a back-reference");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(taken),          cmocka_unit_test(taken_for_regcomp_to_refuse),
        cmocka_unit_test(too_much),       cmocka_unit_test(what_may_be_empty),
        cmocka_unit_test(closes_nothing), cmocka_unit_test(back_references),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
