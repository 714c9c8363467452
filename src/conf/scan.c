#include "conf/scan.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "conf/conf.h"

#define NAME_MAX_BYTES 255 /* of a section's name and of a key; LOGIN_NAME_MAX has 256 */

static const char blanks[] = " \t";

int
scan_fault(const struct scan *s, unsigned line, struct err *e, const char *fmt, ...)
{
    char sentence[ERR_MSG_MAX];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(sentence, sizeof(sentence), fmt, ap);
    va_end(ap);
    return err_set(e, ERR_CONFIG, "%s:%u: %s", s->path, line, sentence);
}

/* Judge the bytes of a line as they came, without its line end. */
static int
check_bytes(const struct scan *s, unsigned line, const char *p, size_t len, struct err *e)
{
    char plain[CONF_LINE_MAX + 1], clean[CONF_LINE_MAX + 1];
    size_t same = 0;

    if (len > CONF_LINE_MAX)
        return scan_fault(s, line, e, "the line has %zu bytes; keep it below %d", len,
                          CONF_LINE_MAX + 1);
    if (memchr(p, '\0', len) != NULL)
        return scan_fault(s, line, e, "a NUL byte; save the file as plain UTF-8 text");
    for (size_t i = 0; i < len; i++)
        plain[i] = p[i] == '\t' ? ' ' : p[i];
    plain[len] = '\0';
    text_clean(clean, sizeof(clean), plain, len);
    while (same < len && plain[same] == clean[same])
        same++;
    if (same < len)
        return scan_fault(s, line, e,
                          "byte %zu is a control character or not UTF-8; remove it, and save the "
                          "file as plain UTF-8 text",
                          same + 1);
    return 0;
}

/* Cut blanks off both ends, in place. */
static char *
trim(char *p)
{
    size_t len;

    p += strspn(p, blanks);
    len = strlen(p);
    while (len > 0 && strchr(blanks, p[len - 1]) != NULL)
        len--;
    p[len] = '\0';
    return p;
}

/* What section names and keys have in common. */
static int
check_name(const struct scan *s, unsigned line, const char *what, const char *name, struct err *e)
{
    size_t bad;

    if (*name == '\0')
        return scan_fault(s, line, e, "a %s without a name; write one or remove the line", what);
    if (strlen(name) > NAME_MAX_BYTES)
        return scan_fault(s, line, e, "the name of the %s has more than %d bytes; shorten it", what,
                          NAME_MAX_BYTES);
    bad = strcspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    if (name[bad] != '\0')
        return scan_fault(s, line, e,
                          "capitals in the %s '%s', which the INI reader folds; write it in lower "
                          "case (for a local user with capitals use a [rule NAME] with match)",
                          what, name);
    return 0;
}

static int
read_section(struct scan *s, unsigned line, char *p, struct err *e)
{
    struct scan_section *section = &s->sections[s->count];
    char *end = strchr(p, ']');

    if (end == NULL)
        return scan_fault(s, line, e, "'[' without ']'; write the section as [NAME]");
    if (end[1] != '\0')
        return scan_fault(s, line, e,
                          "text after the section's ']'; put a comment on a line of its own");
    *end = '\0';
    p++;
    if (strspn(p, blanks) > 0 || (end > p && strchr(blanks, end[-1]) != NULL))
        return scan_fault(s, line, e, "blanks inside the brackets; write [%s]", trim(p));
    if (strpbrk(p, "[:=#;\"'\\\t") != NULL)
        return scan_fault(
            s, line, e, "the section's name holds one of [ : = # ; \" ' \\ or a tab; leave it out");
    if (check_name(s, line, "section", p, e) != 0)
        return -1;
    *section = (struct scan_section){
        .name = p, .line = line, .entries = s->entries + s->entry_count, .count = 0};
    s->count++;
    return 0;
}

/* Take the quotes off a value that begins with one, in place. */
static int
unquote(const struct scan *s, unsigned line, char **value, struct err *e)
{
    char quote = **value, *body = *value + 1, *end = strchr(body, quote);

    if (end == NULL)
        return scan_fault(s, line, e, "the quote %c is not closed; add one at the end", quote);
    /* Asked first: a writer of \" means a quote, and would be told of text after it. */
    if (memchr(body, '\\', (size_t)(end - body)) != NULL)
        return scan_fault(s, line, e,
                          "a backslash inside quotes, which the INI reader may drop; write the "
                          "value without quotes, or [.] in place of \\.");
    if (end[1] != '\0')
        return scan_fault(s, line, e,
                          "text after the closing quote; put a comment on a line of its own, and "
                          "use the other kind of quote around a value that holds one");
    *end = '\0';
    *value = body;
    return 0;
}

static int
check_value(const struct scan *s, unsigned line, char **value, struct err *e)
{
    char *p = *value;
    size_t odd;

    if (*p == '"' || *p == '\'')
        return unquote(s, line, value, e);
    odd = strcspn(p, "#;\"'");
    if (p[odd] == '#' || p[odd] == ';')
        return scan_fault(
            s, line, e,
            "%c in a value begins a comment for the INI reader; quote the value if it "
            "belongs to it, or put the comment on a line of its own",
            p[odd]);
    if (p[odd] != '\0')
        return scan_fault(s, line, e,
                          "a quote (%c) inside the value; put the whole value in quotes of the "
                          "other kind",
                          p[odd]);
    return 0;
}

static int
read_entry(struct scan *s, unsigned line, char *p, struct err *e)
{
    char *equals = strchr(p, '='), *key, *value;

    if (equals == NULL)
        return scan_fault(s, line, e, "%s",
                          strchr(p, ':') != NULL
                              ? "no '='; write key = value, not key: value"
                              : "neither [section], key = value nor a comment; write a list on one "
                                "line, and # in front of a comment");
    *equals = '\0';
    key = trim(p);
    value = trim(equals + 1);
    if (check_name(s, line, "key", key, e) != 0)
        return -1;
    if (strpbrk(key, " \t:,/#;\"'[]") != NULL)
        return scan_fault(s, line, e,
                          "a blank or one of : , / # ; \" ' [ ] in front of the '='; write key = "
                          "value");
    if (s->count == 0)
        return scan_fault(s, line, e,
                          "the key '%s' stands before any section; write [NAME] above it", key);
    if (check_value(s, line, &value, e) != 0)
        return -1;
    s->entries[s->entry_count++] = (struct scan_entry){.key = key, .value = value, .line = line};
    s->sections[s->count - 1].count++;
    return 0;
}

/* One line of the copy: p[0..len), whose line end is the caller's. */
static int
read_line(struct scan *s, unsigned line, char *p, size_t len, struct err *e)
{
    if (len > 0 && p[len - 1] == '\r')
        len--; /* iniparser drops it too */
    if (check_bytes(s, line, p, len, e) != 0)
        return -1;
    p[len] = '\0';
    p = trim(p);
    len = strlen(p);
    /* Before comments: iniparser joins the next line to a comment, too. */
    if (len > 0 && p[len - 1] == '\\')
        return scan_fault(s, line, e,
                          "a backslash at the end swallows the next line; remove it, and write a "
                          "value on one line");
    if (len == 0 || *p == '#' || *p == ';')
        return 0;
    return *p == '[' ? read_section(s, line, p, e) : read_entry(s, line, p, e);
}

/* A name and where it stands, for finding the same one twice. */
struct place {
    const char *name;
    unsigned line;
};

static int
compare_places(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    int order = strcmp(x->name, y->name);

    return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

/* Report a name that stands twice. Sorted, because [users] may have ten thousand. */
static int
check_places(const struct scan *s, struct place *places, size_t count, const char *what,
             struct err *e)
{
    qsort(places, count, sizeof(*places), compare_places);
    for (size_t i = 1; i < count; i++)
        if (strcmp(places[i - 1].name, places[i].name) == 0)
            return scan_fault(s, places[i].line, e,
                              "the %s '%s' stands in line %u already; keep one of the two", what,
                              places[i].name, places[i - 1].line);
    return 0;
}

/* SCAN-3 */
static int
check_doubles(const struct scan *s, struct err *e)
{
    size_t most = s->count > s->entry_count ? s->count : s->entry_count;
    struct place *places = calloc(most + 1, sizeof(*places));
    int rc = -1;

    if (places == NULL)
        return err_set(e, ERR_MEMORY, "%s: out of memory", s->path);
    for (size_t i = 0; i < s->count; i++)
        places[i] = (struct place){s->sections[i].name, s->sections[i].line};
    if (check_places(s, places, s->count, "section", e) != 0)
        goto out;
    for (size_t n = 0; n < s->count; n++) {
        const struct scan_section *in = &s->sections[n];

        for (size_t i = 0; i < in->count; i++)
            places[i] = (struct place){in->entries[i].key, in->entries[i].line};
        if (check_places(s, places, in->count, "key", e) != 0)
            goto out;
    }
    rc = 0;
out:
    free(places);
    return rc;
}

int
scan_text(struct scan *s, const char *path, const char *text, size_t len, struct err *e)
{
    static const unsigned char bom[] = {0xef, 0xbb, 0xbf};
    unsigned line = 0;
    size_t lines = 1;

    *s = (struct scan){.path = path};
    for (const char *p = text; (p = memchr(p, '\n', len - (size_t)(p - text))) != NULL; p++)
        lines++;
    s->sections = calloc(lines, sizeof(*s->sections));
    s->entries = calloc(lines, sizeof(*s->entries));
    s->text = malloc(len + 1);
    if (s->sections == NULL || s->entries == NULL || s->text == NULL)
        return err_set(e, ERR_MEMORY, "%s: out of memory", path);
    if (len > 0)
        memcpy(s->text, text, len);
    s->text[len] = '\0';
    if (len >= sizeof(bom) && memcmp(text, bom, sizeof(bom)) == 0)
        return scan_fault(s, 1, e, "a byte order mark; save the file as UTF-8 without BOM");
    for (size_t at = 0; at < len;) {
        char *p = s->text + at, *end = memchr(p, '\n', len - at);
        size_t n = end != NULL ? (size_t)(end - p) : len - at;

        if (read_line(s, ++line, p, n, e) != 0)
            return -1;
        at += n + 1;
    }
    return check_doubles(s, e);
}

void
scan_free(struct scan *s)
{
    free(s->sections);
    free(s->entries);
    free(s->text);
    *s = (struct scan){.path = NULL};
}

unsigned
scan_line(const struct scan *s, const char *section, const char *key)
{
    for (size_t n = 0; n < s->count; n++) {
        const struct scan_section *in = &s->sections[n];

        if (strcmp(in->name, section) != 0)
            continue;
        for (size_t i = 0; i < in->count; i++)
            if (strcmp(in->entries[i].key, key) == 0)
                return in->entries[i].line;
    }
    return 0;
}
