#include "conf/parsed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#if __has_include(<iniparser/iniparser.h>)
#include <iniparser/iniparser.h>
#else
#include <iniparser.h>
#endif

#include "base/fdio.h"
#include "conf/conf.h"

/* iniparser's own look-up walks the whole dictionary; ten thousand of them would
 * be quadratic, so what it holds is sorted once. */
struct pair {
    const char *name;  /* "section:key", or "section" */
    const char *value; /* NULL for a section */
};

struct parsed {
    dictionary *dict;
    struct pair *pairs;
    size_t count;
};

static int
compare(const void *a, const void *b)
{
    return strcmp(((const struct pair *)a)->name, ((const struct pair *)b)->name);
}

static int __attribute__((format(printf, 1, 2))) silent(const char *fmt, ...)
{
    (void)fmt;
    return 0;
}

/* The bytes as an anonymous file. */
static int
memory_file(const char *path, const char *text, size_t len, struct err *e)
{
    int fd = memfd_create("iamlp.conf", MFD_CLOEXEC);

    if (fd < 0)
        return err_sys(e, "%s: cannot make an anonymous file", path);
    if (fdio_write_all(fd, text, len) == 0)
        return fd;
    err_sys(e, "%s: cannot write an anonymous file", path);
    fdio_close(fd);
    return -1;
}

static int
sort_pairs(struct parsed *parsed)
{
    const dictionary *d = parsed->dict;
    size_t size = (size_t)d->size; /* signed in 4.1, unsigned in 4.2 */

    parsed->pairs = calloc(size, sizeof(*parsed->pairs));
    if (parsed->pairs == NULL)
        return -1;
    for (size_t i = 0; i < size; i++)
        if (d->key[i] != NULL)
            parsed->pairs[parsed->count++] = (struct pair){d->key[i], d->val[i]};
    qsort(parsed->pairs, parsed->count, sizeof(*parsed->pairs), compare);
    return 0;
}

/* Let iniparser read the anonymous file. */
static int
load(struct parsed *parsed, int fd, const char *path, struct err *e)
{
    char name[32];

    (void)snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
    if (access(name, R_OK) != 0) {
        err_sys(e, "%s: cannot open %s (is /proc mounted?)", path, name);
        e->code = ERR_SYSTEM; /* not ERR_ABSENT: the configuration is there */
        return -1;
    }
    iniparser_set_error_callback(silent);
    parsed->dict = iniparser_load(name);
    iniparser_set_error_callback(NULL);
    if (parsed->dict == NULL)
        return err_set(e, ERR_CONFIG,
                       "%s: iniparser refuses the file; simplify what was changed last", path);
    return sort_pairs(parsed) == 0 ? 0 : err_set(e, ERR_MEMORY, "%s: out of memory", path);
}

struct parsed *
parsed_read(const char *path, const char *text, size_t len, struct err *e)
{
    int fd = memory_file(path, text, len, e);
    struct parsed *parsed = NULL;

    if (fd < 0)
        return NULL;
    parsed = calloc(1, sizeof(*parsed));
    if (parsed == NULL) {
        err_set(e, ERR_MEMORY, "%s: out of memory", path);
    } else if (load(parsed, fd, path, e) != 0) {
        parsed_free(parsed);
        parsed = NULL;
    }
    fdio_close(fd);
    return parsed;
}

void
parsed_free(struct parsed *parsed)
{
    if (parsed == NULL)
        return;
    iniparser_freedict(parsed->dict);
    free(parsed->pairs);
    free(parsed);
}

/* What iniparser has under that name; NULL if nothing. */
static const struct pair *
find(const struct parsed *parsed, const char *name)
{
    struct pair key = {.name = name};

    return parsed->count == 0
               ? NULL
               : bsearch(&key, parsed->pairs, parsed->count, sizeof(*parsed->pairs), compare);
}

int
parsed_agree(const struct parsed *parsed, struct scan *s, struct err *e)
{
    char name[2 * CONF_LINE_MAX];

    for (size_t n = 0; n < s->count; n++) {
        const struct scan_section *in = &s->sections[n];

        if (find(parsed, in->name) == NULL)
            return scan_fault(s, in->line, e,
                              "iniparser does not see the section [%s]; simplify the line",
                              in->name);
        for (size_t i = 0; i < in->count; i++) {
            struct scan_entry *entry = &in->entries[i];
            const struct pair *pair;

            (void)snprintf(name, sizeof(name), "%s:%s", in->name, entry->key);
            pair = find(parsed, name);
            if (pair == NULL || pair->value == NULL || strcmp(pair->value, entry->value) != 0)
                return scan_fault(s, entry->line, e,
                                  "iniparser reads the value of '%s' differently; simplify it",
                                  entry->key);
            entry->value = pair->value;
        }
    }
    if (parsed->count != s->count + s->entry_count)
        return err_set(
            e, ERR_CONFIG,
            "%s: iniparser sees %zu sections and keys where there are %zu; simplify what "
            "was changed last",
            s->path, parsed->count, s->count + s->entry_count);
    return 0;
}
