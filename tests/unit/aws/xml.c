/* XML: paths and texts of what AWS sends, ceilings and refusals for what it does not. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "aws/xml.h"
#include "base/buf.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static int
note(const char *path, const char *text, void *arg)
{
    buf_addf(arg, "%s=%s|", path, text);
    return 0;
}

static void
reads(void **state)
{
    static const struct {
        const char *doc, *want;
    } rows[] = {
        {"<a/>", "a=|"},
        {"<a>x</a>", "a=x|"},
        {"<?xml version=\"1.0\"?>\n<!-- c --><A xmlns=\"https://iam\">\n <B>\n  <C>1</C>\n  <D/>\n"
         " </B>\n</A>\n",
         "A/B/C=1|A/B/D=|A/B=|A=|"},
        {"<n:A xmlns:n='u'><n:B n:x='y'>z</n:B></n:A>", "A/B=z|A=|"},
        {"<a>x &lt;&amp;&#233; y</a>", "a=x <&\xc3\xa9 y|"},
        {"<a>one<![CDATA[ <two> ]]>three<!-- no --> four<?pi no?></a>", "a=one <two> three four|"},
        {"<a>mixed<b>leaf</b>tail</a>", "a/b=leaf|a=|"},
        {"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>", "a=\xc3\xa9|"},
        {"<a><b>1</b><b>2</b></a>", "a/b=1|a/b=2|a=|"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct err e = ERR_INIT;
        struct buf got;

        buf_init(&got, 4096);
        if (xml_parse(rows[i].doc, strlen(rows[i].doc), note, &got, &e) != 0)
            fail_msg("%s: %s", rows[i].doc, e.msg);
        assert_string_equal(buf_str(&got), rows[i].want);
        buf_free(&got);
    }
}

static void
refuses(void **state)
{
    static const char *const rows[] = {
        "",
        "   ",
        "not XML",
        "<html><body>503 Service Unavailable<br></body></html>",
        "<a><b></a></b>",
        "<a></a><b></b>",
        "<a>&unknown;</a>",
        "<a:/>",
        "<a><b:>text</b:></a>",
        "<a>\x01</a>",
        "<a>\xff\xfe</a>",
        "<?xml version='1.0' encoding='nonsense'?><a/>",
        "<!DOCTYPE a><a/>",
        "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
        "<!DOCTYPE l [<!ENTITY a 'lol'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>"
        "<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'>]><l>&c;</l>",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct err e = ERR_INIT;
        struct buf got;

        buf_init(&got, 4096);
        if (xml_parse(rows[i], strlen(rows[i]), note, &got, &e) == 0)
            fail_msg("taken: %s", rows[i]);
        assert_int_equal(e.code, ERR_FORMAT);
        assert_true(e.msg[0] != '\0');
        assert_null(strstr(buf_str(&got), "lol"));
        buf_free(&got);
    }
}

/* No prefix of a document passes for the document. */
static void
every_truncation_is_an_error(void **state)
{
    static const char doc[] = "<?xml version=\"1.0\"?><A><B>text</B><C><![CDATA[x]]></C></A>";

    (void)state;
    for (size_t len = 0; len < sizeof(doc) - 1; len++) {
        struct err e = ERR_INIT;
        struct buf got;

        buf_init(&got, 4096);
        assert_int_equal(xml_parse(doc, len, note, &got, &e), -1);
        assert_int_equal(e.code, ERR_FORMAT);
        buf_free(&got);
    }
}

/* Nest `depth` elements of `name` around `text` bytes. */
static struct buf
nested(unsigned depth, const char *name, size_t text)
{
    struct buf b;

    buf_init(&b, 1 << 20);
    for (unsigned i = 0; i < depth; i++)
        buf_addf(&b, "<%s>", name);
    for (size_t i = 0; i < text; i++)
        buf_adds(&b, "t");
    for (unsigned i = 0; i < depth; i++)
        buf_addf(&b, "</%s>", name);
    return b;
}

static void
ceilings(void **state)
{
    static const struct {
        unsigned depth;
        size_t name, text;
        enum err_code want;
    } rows[] = {
        {XML_DEPTH_MAX, 1, 1, ERR_OK},       {XML_DEPTH_MAX + 1, 1, 1, ERR_LIMIT},
        {100000, 1, 1, ERR_LIMIT},           {1, XML_PATH_MAX - 1, 1, ERR_OK},
        {1, XML_PATH_MAX, 1, ERR_LIMIT},     {2, XML_PATH_MAX / 2 - 1, 1, ERR_OK},
        {2, XML_PATH_MAX / 2, 1, ERR_LIMIT}, {1, 60000, 1, ERR_LIMIT},
        {1, 1, XML_TEXT_MAX, ERR_OK},        {1, 1, XML_TEXT_MAX + 1, ERR_LIMIT},
        {3, 1, 200000, ERR_LIMIT},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *name = calloc(1, rows[i].name + 1);
        struct err e = ERR_INIT;
        struct buf doc, got;

        memset(name, 'n', rows[i].name);
        doc = nested(rows[i].depth, name, rows[i].text);
        buf_init(&got, 1 << 16);
        (void)xml_parse(buf_str(&doc), doc.len, note, &got, &e);
        if (e.code != rows[i].want)
            fail_msg("row %zu: code %d, %s", i, (int)e.code, e.msg);
        buf_free(&got);
        buf_free(&doc);
        free(name);
    }
}

static int
end_at_b(const char *path, const char *text, void *arg)
{
    (void)text;
    buf_addf(arg, "%s ", path);
    return strcmp(path, "a/b") == 0;
}

static void
the_callback_may_end_it(void **state)
{
    static const char doc[] = "<a><x/><b/><c/></a>";
    struct err e = ERR_INIT;
    struct buf got;

    (void)state;
    buf_init(&got, 256);
    assert_int_equal(xml_parse(doc, sizeof(doc) - 1, end_at_b, &got, &e), -1);
    assert_string_equal(buf_str(&got), "a/x a/b ");
    assert_int_equal(e.code, ERR_OK); /* the callback's own error is the caller's */
    buf_free(&got);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads),
        cmocka_unit_test(refuses),
        cmocka_unit_test(every_truncation_is_an_error),
        cmocka_unit_test(ceilings),
        cmocka_unit_test(the_callback_may_end_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
