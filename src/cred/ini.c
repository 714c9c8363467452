#include "cred/ini.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/shlex.h"
#include "cred/slice.h"

struct ini_section {
    struct slice name;
    unsigned line;
};

struct entry {
    size_t section;
    struct slice key;
    struct ini_value value;
};

struct ini {
    struct ini_section *sections;
    size_t section_count;
    struct entry *entries;
    size_t entry_count;
};

struct parser {
    struct ini *f;
    const char *path;
    unsigned line;
    size_t section;     /* the current one; NO_SECTION before the first */
    struct entry *open; /* the key that an indented line would continue */
    size_t indent;      /* of the last line that continued nothing */
    struct err *e;
};

#define NO_SECTION SIZE_MAX

static int
wrong(struct parser *p, const char *what)
{
    return err_set(p->e, ERR_FORMAT, "%s:%u: %s", p->path, p->line, what);
}

/* Room for one more element: arrays grow by doubling, from 16. */
static int
reserve(struct parser *p, void **array, size_t count, size_t size)
{
    void *grown;

    if (p->f->section_count + p->f->entry_count >= INI_LINES_MAX)
        return err_set(p->e, ERR_LIMIT, "%s:%u: more than %d sections and keys", p->path, p->line,
                       INI_LINES_MAX);
    if (count != 0 && (count < 16 || (count & (count - 1)) != 0))
        return 0;
    grown = reallocarray(*array, count < 16 ? 16 : count * 2, size);
    if (grown == NULL)
        return err_set(p->e, ERR_MEMORY, "%s: out of memory", p->path);
    *array = grown;
    return 0;
}

static int
add_section(struct parser *p, struct slice name)
{
    struct ini *f = p->f;
    void *array = f->sections;

    p->open = NULL;
    for (size_t i = 0; i < f->section_count; i++) {
        if (!slice_same(f->sections[i].name, name))
            continue;
        if (!slice_is(name, "DEFAULT"))
            return err_set(p->e, ERR_FORMAT,
                           "%s:%u: this section stands on line %u already; make one of the two",
                           p->path, p->line, f->sections[i].line);
        p->section = i;
        return 0;
    }
    if (reserve(p, &array, f->section_count, sizeof(*f->sections)) != 0)
        return -1;
    f->sections = array;
    f->sections[f->section_count] = (struct ini_section){name, p->line};
    p->section = f->section_count++;
    return 0;
}

static int
add_entry(struct parser *p, struct slice key, struct slice text)
{
    struct ini *f = p->f;
    void *array = f->entries;

    if (key.len == 0)
        return wrong(p, "no key in front of the = sign");
    for (size_t i = 0; i < f->entry_count; i++) {
        const struct entry *old = &f->entries[i];

        if (old->section == p->section && old->key.len == key.len &&
            strncasecmp(old->key.p, key.p, key.len) == 0)
            return err_set(p->e, ERR_FORMAT,
                           "%s:%u: this key stands on line %u already; remove one of the two",
                           p->path, p->line, old->value.line);
    }
    if (reserve(p, &array, f->entry_count, sizeof(*f->entries)) != 0)
        return -1;
    f->entries = array;
    p->open = &f->entries[f->entry_count++];
    *p->open = (struct entry){p->section, key, {text.p, text.len, p->line, 0}};
    return 0;
}

/* A line that goes on with the value of the key before it. */
static int
continue_entry(struct parser *p, struct slice line)
{
    struct ini_value *v = &p->open->value;

    if (v->continued == 0)
        v->continued = p->line;
    /* Under a key without a value botocore expects a block of settings. */
    if (v->len == 0 && memchr(line.p, '=', line.len) == NULL)
        return wrong(p, "this line is indented under a key without a value and is no KEY = VALUE; "
                        "write the value behind the key");
    return 0;
}

static int
parse_line(struct parser *p, struct slice line)
{
    size_t indent = slice_strip(&line), n = 0;
    struct slice key, value;

    if (line.len == 0 || line.p[0] == '#' || line.p[0] == ';')
        return 0;
    if (p->open != NULL && indent > p->indent)
        return continue_entry(p, line);
    p->indent = indent;
    if (line.p[0] == '[') {
        const char *last = memrchr(line.p, ']', line.len);

        if (last != NULL && last > line.p + 1)
            return add_section(p, (struct slice){line.p + 1, (size_t)(last - line.p) - 1});
    }
    if (p->section == NO_SECTION)
        return wrong(p, "this stands before the first [section]");
    while (n < line.len && line.p[n] != '=' && line.p[n] != ':')
        n++;
    if (n == line.len)
        return wrong(p, "neither a [section] nor KEY = VALUE; comments begin with #");
    key = (struct slice){line.p, n};
    value = (struct slice){line.p + n + 1, line.len - n - 1};
    (void)slice_strip(&key);
    (void)slice_strip(&value);
    return add_entry(p, key, value);
}

static int
parse_text(struct parser *p, const char *text, size_t len)
{
    const char *end = text + len;

    p->line = 1;
    if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        return wrong(p, "the file begins with a byte order mark; save it as UTF-8 without one");
    /* Lines end in LF, CR LF or CR, as Python's text mode has it. */
    while (text < end) {
        size_t n = 0, left = (size_t)(end - text);

        while (n < left && text[n] != '\n' && text[n] != '\r' && text[n] != '\0')
            n++;
        if (n < left && text[n] == '\0')
            return wrong(p, "holds a NUL byte; save the file as UTF-8 text");
        if (parse_line(p, (struct slice){text, n}) != 0)
            return -1;
        if (n + 1 < left && text[n] == '\r' && text[n + 1] == '\n')
            n++;
        text += n < left ? n + 1 : n;
        p->line++;
    }
    return 0;
}

struct ini *
ini_parse(const char *text, size_t len, const char *path, struct err *e)
{
    struct parser p = {.path = path, .section = NO_SECTION, .e = e};

    p.f = calloc(1, sizeof(*p.f));
    if (p.f == NULL) {
        err_set(e, ERR_MEMORY, "%s: out of memory", path);
        return NULL;
    }
    if (parse_text(&p, text, len) != 0) {
        ini_free(p.f);
        return NULL;
    }
    return p.f;
}

void
ini_free(struct ini *f)
{
    if (f == NULL)
        return;
    free(f->sections);
    free(f->entries);
    free(f);
}

/* Is `name`, cut into words as Python's shlex does, two words of which the second
 * is `profile`? */
static bool
second_word_is(struct slice name, const char *profile)
{
    const char *p = name.p, *end = name.p + name.len;
    char word[INI_NAME_MAX + 1];

    if (shlex_word(&p, end, word, sizeof(word)) <= 0) /* begins with "profile" */
        return false;
    if (shlex_word(&p, end, word, sizeof(word)) <= 0 || strcmp(word, profile) != 0)
        return false;
    return shlex_word(&p, end, word, sizeof(word)) == 0;
}

static bool
names_profile(struct slice name, enum ini_dialect dialect, const char *profile)
{
    static const char word[] = "profile";

    if (dialect == INI_CREDENTIALS)
        return slice_is(name, profile) && !slice_is(name, "DEFAULT");
    if (name.len >= strlen(word) && memcmp(name.p, word, strlen(word)) == 0)
        return second_word_is(name, profile);
    return slice_is(name, "default") && strcmp(profile, "default") == 0;
}

const struct ini_section *
ini_profile(const struct ini *f, enum ini_dialect dialect, const char *profile)
{
    for (size_t i = f->section_count; i > 0; i--)
        if (names_profile(f->sections[i - 1].name, dialect, profile))
            return &f->sections[i - 1];
    return NULL;
}

static const struct ini_value *
find(const struct ini *f, size_t section, const char *key)
{
    for (size_t i = 0; i < f->entry_count; i++) {
        const struct entry *entry = &f->entries[i];

        if (entry->section == section && entry->key.len == strlen(key) &&
            strncasecmp(entry->key.p, key, entry->key.len) == 0)
            return &entry->value;
    }
    return NULL;
}

const struct ini_value *
ini_get(const struct ini *f, const struct ini_section *section, const char *key)
{
    const struct ini_value *v = NULL;

    if (section == NULL)
        return NULL;
    v = find(f, (size_t)(section - f->sections), key);
    for (size_t i = 0; v == NULL && i < f->section_count; i++)
        if (slice_is(f->sections[i].name, "DEFAULT"))
            v = find(f, i, key);
    return v;
}
