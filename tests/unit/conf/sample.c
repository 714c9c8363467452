/* The sample an administrator starts from: it loads as shipped, loads with all of
 * its examples taken out of comment, and knows every key with its default.
 * Run from the top of the repository. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "conf/option.h"

#define SAMPLE "config/iamlp.conf"

static char *shipped, *uncommented;

/* Is it a line of configuration behind a '#'? Prose has a blank there. */
static bool
example(const char *line)
{
    return line[0] == '#' && (line[1] == '[' || islower((unsigned char)line[1]));
}

static int
setup(void **state)
{
    FILE *f = fopen(SAMPLE, "r");
    size_t len, out = 0;

    (void)state;
    if (f == NULL) {
        print_error(SAMPLE " cannot be opened; run from the top of the repository\n");
        return -1;
    }
    shipped = calloc(1, CONF_FILE_MAX);
    uncommented = calloc(1, CONF_FILE_MAX);
    if (shipped == NULL || uncommented == NULL)
        return -1;
    len = fread(shipped, 1, CONF_FILE_MAX - 1, f);
    (void)fclose(f);
    for (size_t at = 0; at < len; at++) {
        if ((at == 0 || shipped[at - 1] == '\n') && example(shipped + at))
            continue;
        uncommented[out++] = shipped[at];
    }
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    free(shipped);
    free(uncommented);
    return 0;
}

static struct conf *
load(const char *text)
{
    struct err e = ERR_INIT;
    struct conf *c = conf_parse(SAMPLE, text, strlen(text), &e);

    if (c == NULL)
        fail_msg("%s", e.msg);
    return c;
}

static void
as_shipped_serves_nobody(void **state)
{
    struct conf *c = load(shipped);

    (void)state;
    assert_int_equal(c->user_count, 0);
    assert_int_equal(c->rule_count, 0);
    assert_int_equal(c->account_count, 1);
    conf_free(c);
}

static void
its_examples_are_valid(void **state)
{
    struct conf *c;

    (void)state;
    c = load(uncommented);
    assert_int_equal(c->user_count, 3);
    assert_int_equal(c->rule_count, 1);
    assert_int_equal(c->account_count, 2);
    conf_free(c);
}

/* The text of a section: from its header to the next. */
static char *
section_text(const char *header)
{
    const char *start = strstr(uncommented, header), *end;

    assert_non_null(start);
    end = strstr(start + strlen(header), "\n[");
    return end != NULL ? strndup(start, (size_t)(end - start) + 1) : strdup(start);
}

static void
every_key_stands_there_with_its_default(void **state)
{
    /* The keys of an account are told in [aws], the default account. */
    static const char *const headers[OPTION_SECTIONS] = {
        [OPTION_LOGIN] = "\n[login]",       [OPTION_USERS] = "\n[users]",
        [OPTION_RULE] = "\n[rule ",         [OPTION_ACCOUNT] = "\n[aws]",
        [OPTION_PASSWORD] = "\n[password]", [OPTION_AWS] = "\n[aws]",
    };
    char line[256];

    (void)state;
    for (size_t i = 0; i < option_count; i++) {
        const struct option *o = &option_table[i];
        char *text = section_text(headers[o->section]);
        bool fixed = o->preset != NULL && o->section != OPTION_RULE;

        (void)snprintf(line, sizeof(line), "\n%s =%s%s%s", o->key,
                       fixed && *o->preset != '\0' ? " " : "", fixed ? o->preset : "",
                       fixed ? "\n" : " ");
        if (strstr(text, line) == NULL)
            fail_msg("%s: the sample does not have it, or not its default", o->key);
        free(text);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_shipped_serves_nobody),
        cmocka_unit_test(its_examples_are_valid),
        cmocka_unit_test(every_key_stands_there_with_its_default),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
