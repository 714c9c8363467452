#include "aws/xml.h"

#include <expat.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "aws/wipe.h"

struct reader {
    XML_Parser parser;
    xml_element *element;
    void *arg;
    struct err *e;
    bool stopped;
    bool leaf; /* no child has begun since the innermost open element did */
    unsigned depth;
    char path[XML_PATH_MAX + 1];
    char text[XML_TEXT_MAX + 1];
    size_t path_len, text_len;
};

/* expat may still deliver a call or two after it was told to stop. */
static void
stop(struct reader *r)
{
    r->stopped = true;
    (void)XML_StopParser(r->parser, XML_FALSE);
}

static void
on_start(void *arg, const XML_Char *name, const XML_Char **attributes)
{
    struct reader *r = arg;
    const char *colon = strrchr(name, ':');
    const char *local = colon != NULL ? colon + 1 : name;
    size_t n = strlen(local);

    (void)attributes;
    if (r->stopped)
        return;
    /* "a:" is a name to XML, which knows no namespaces; in a path it would be nobody's. */
    if (n == 0) {
        err_set(r->e, ERR_FORMAT, "the XML has an element without a name");
        stop(r);
        return;
    }
    if (r->depth == XML_DEPTH_MAX || n + 1 > XML_PATH_MAX - r->path_len) {
        err_set(r->e, ERR_LIMIT, "the XML is nested more than %d deep or %d bytes long in names",
                XML_DEPTH_MAX, XML_PATH_MAX);
        stop(r);
        return;
    }
    if (r->depth++ > 0)
        r->path[r->path_len++] = '/';
    memcpy(r->path + r->path_len, local, n + 1);
    r->path_len += n;
    r->text_len = 0;
    r->leaf = true;
}

static void
on_end(void *arg, const XML_Char *name)
{
    struct reader *r = arg;
    char *slash;

    (void)name;
    if (r->stopped)
        return;
    r->text[r->leaf ? r->text_len : 0] = '\0';
    if (r->element(r->path, r->text, r->arg) != 0) {
        stop(r);
        return;
    }
    slash = strrchr(r->path, '/');
    r->path_len = slash != NULL ? (size_t)(slash - r->path) : 0;
    r->path[r->path_len] = '\0';
    r->depth--;
    r->leaf = false;
}

static void
on_text(void *arg, const XML_Char *s, int len)
{
    struct reader *r = arg;
    size_t n = (size_t)len;

    if (r->stopped || !r->leaf)
        return;
    if (n > XML_TEXT_MAX - r->text_len) {
        err_set(r->e, ERR_LIMIT, "the XML holds a text of more than %d bytes", XML_TEXT_MAX);
        stop(r);
        return;
    }
    memcpy(r->text + r->text_len, s, n);
    r->text_len += n;
}

static void
on_doctype(void *arg, const XML_Char *name, const XML_Char *system, const XML_Char *public,
           int internal)
{
    struct reader *r = arg;

    (void)name;
    (void)system;
    (void)public;
    (void)internal;
    err_set(r->e, ERR_FORMAT, "the XML has a document type declaration, which AWS never sends");
    stop(r);
}

int
xml_parse(const char *doc, size_t len, xml_element *element, void *arg, struct err *e)
{
    static const XML_Memory_Handling_Suite memory = {wipe_malloc, wipe_realloc, wipe_free};
    struct reader r = {.element = element, .arg = arg, .e = e};
    int rc = -1;

    if (len > INT_MAX)
        return err_set(e, ERR_LIMIT, "the XML is longer than %d bytes", INT_MAX);
    r.parser = XML_ParserCreate_MM(NULL, &memory, NULL);
    if (r.parser == NULL)
        return err_set(e, ERR_MEMORY, "out of memory");
    XML_SetUserData(r.parser, &r);
    XML_SetElementHandler(r.parser, on_start, on_end);
    XML_SetCharacterDataHandler(r.parser, on_text);
    XML_SetStartDoctypeDeclHandler(r.parser, on_doctype);
    if (XML_Parse(r.parser, doc, (int)len, 1) == XML_STATUS_OK)
        rc = 0;
    else if (!r.stopped)
        err_set(e, XML_GetErrorCode(r.parser) == XML_ERROR_NO_MEMORY ? ERR_MEMORY : ERR_FORMAT,
                "not XML: %s", XML_ErrorString(XML_GetErrorCode(r.parser)));
    XML_ParserFree(r.parser);
    explicit_bzero(r.text, sizeof(r.text));
    return rc;
}
