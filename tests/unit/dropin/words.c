/* Command lines as argparse reads them. Expected results are those of Python 3.11. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "dropin/words.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Parse words that are separated by "|". What comes of it, as "name=x password=... | rest". */
static const char *
parse(const char *line)
{
    static char said[512], copy[256];
    static const char *name, *password, *flag, *maybe, *ours, *place;
    const struct words_option options[] = {
        {"--name", WORDS_VALUE, false, NULL, NULL, &name},
        {"--password", WORDS_VALUE, false, NULL, NULL, &password},
        {"--password-reset", WORDS_FLAG, false, "yes", NULL, &flag},
        {"--no-password-reset", WORDS_FLAG, false, "no", NULL, &flag},
        {"--maybe", WORDS_MAYBE, false, "in", "in|out", &maybe},
        {"--password-stdin", WORDS_FLAG, true, "", NULL, &ours},
    };
    const struct words_parser p = {options, COUNT(options), WORDS_OPTIONAL, "a word", &place};
    struct words in = {{NULL}, 0}, rest;
    struct err e = ERR_INIT;
    char *at = copy;

    name = password = flag = maybe = ours = place = NULL;
    (void)snprintf(copy, sizeof(copy), "%s", line);
    for (char *next = copy; next != NULL && *line != '\0'; at = next) {
        next = strchr(at, '|');
        if (next != NULL)
            *next++ = '\0';
        in.word[in.count++] = at;
    }
    if (words_parse(&p, &in, &rest, &e) != 0) {
        assert_int_equal(e.code, ERR_FORMAT);
        return "error";
    }
    said[0] = '\0';
    for (size_t i = 0; i < COUNT(options); i++) {
        size_t len = strlen(said);

        if (*options[i].to != NULL && (i == 0 || options[i].to != options[i - 1].to))
            (void)snprintf(said + len, sizeof(said) - len, "%s=%s ", options[i].name + 2,
                           *options[i].to);
    }
    if (place != NULL)
        (void)snprintf(said + strlen(said), sizeof(said) - strlen(said), "place=%s ", place);
    for (size_t i = 0; i < rest.count; i++)
        (void)snprintf(said + strlen(said), sizeof(said) - strlen(said), "[%s]", rest.word[i]);
    return said;
}

static void
as_argparse_does(void **state)
{
    static const struct {
        const char *line, *said;
    } rows[] = {
        {"", ""},
        {"--name|x", "name=x "},
        {"--name=x", "name=x "},
        {"--name=", "name= "},
        {"--name=a=b", "name=a=b "},
        {"--name", "error"},
        {"--name|x|--name|y", "name=y "},
        {"--na|x", "name=x "},
        {"--na=x", "name=x "},
        {"--pass|x", "error"},
        {"--password|x", "password=x "},
        {"--password-r", "password-reset=yes "},
        {"--password-s", "[--password-s]"},
        {"--password-stdin", "password-stdin= "},
        {"--password-reset|--no-password-reset", "password-reset=no "},
        {"--no|--password-reset", "password-reset=yes "},
        {"--password-reset=x", "error"},
        {"--name|-x", "error"},
        {"--name|-", "name=- "},
        {"--name|-5", "name=-5 "},
        {"--name|-.5", "name=-.5 "},
        {"--name|-5.", "error"},
        {"--name|-a b", "name=-a b "},
        {"--name|--password|x", "error"},
        {"--name|--", "error"},
        {"--name|x|--", "name=x "},
        {"--name|x|--|--maybe", "name=x place=--maybe "},
        {"--maybe", "maybe=in "},
        {"--maybe|out", "maybe=out "},
        {"--maybe=out", "maybe=out "},
        {"--maybe|else", "error"},
        {"--maybe|in out", "error"},
        {"--maybe|", "error"},
        {"one", "place=one "},
        {"one|two", "place=one [two]"},
        {"--name|x|one|two", "name=x place=one [two]"},
        {"--other|x|--name|y|z", "name=y place=x [--other][z]"},
        {"--other=x|-y", "[--other=x][-y]"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        if (strcmp(parse(rows[i].line), rows[i].said) != 0)
            fail_msg("%s: %s, not %s", rows[i].line, parse(rows[i].line), rows[i].said);
}

static void
a_word_that_is_needed(void **state)
{
    const char *place = NULL;
    const struct words_parser p = {NULL, 0, WORDS_NEEDED, "the verb", &place};
    char option[] = "--x", verb[] = "verb", dashes[] = "--";
    struct words in = {{option, verb, dashes, option}, 1}, rest;
    struct err e = ERR_INIT;

    (void)state;
    assert_int_equal(words_parse(&p, &in, &rest, &e), -1);
    assert_string_equal(e.msg, "the verb is missing");
    in.count = 4;
    assert_int_equal(words_parse(&p, &in, &rest, &e), 0);
    assert_string_equal(place, "verb");
    assert_int_equal(rest.count, 2);
    assert_ptr_equal(rest.word[1], option);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_argparse_does),
        cmocka_unit_test(a_word_that_is_needed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
