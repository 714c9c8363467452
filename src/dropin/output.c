#include "dropin/output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"

enum {
    MEMBERS_MAX = 16,
    VALUE_MAX = 4096,
    OUTPUT_MAX = 64 * 1024
};

/* A member that there is something to say of. */
struct item {
    const char *name;
    bool quoted;
    char text[VALUE_MAX];
};

static int
write_all(struct buf *b, struct err *e)
{
    const char *p = buf_str(b);
    size_t left = b->len;
    int rc = buf_check(b, "the output", e);

    while (rc == 0 && left > 0) {
        ssize_t n = write(STDOUT_FILENO, p, left);

        if (n < 0)
            rc = err_sys(e, "standard output");
        else {
            p += n;
            left -= (size_t)n;
        }
    }
    buf_free(b);
    return rc;
}

/* ---- values ---------------------------------------------------------------------------- */

/* A boolean, which text output has as Python spells it. */
static const char *
truth(bool yes, enum output_format format)
{
    if (format == OUTPUT_TEXT)
        return yes ? "True" : "False";
    return yes ? "true" : "false";
}

static void
date(char text[VALUE_MAX], int64_t seconds)
{
    time_t when = (time_t)seconds;
    struct tm tm;

    if (gmtime_r(&when, &tm) == NULL ||
        strftime(text, VALUE_MAX, "%Y-%m-%dT%H:%M:%S+00:00", &tm) == 0)
        text[0] = '\0';
}

/* false: the answer did not say it. */
static bool
value_of(const struct action_member *m, const struct iam_output *out, enum output_format format,
         struct item *to)
{
    const void *p = (const char *)out + m->offset;

    to->name = m->name;
    to->quoted = true;
    switch (m->kind) {
    case ACTION_BOOL:
        if (*(const enum iam_bool *)p == IAM_UNSET)
            return false;
        to->quoted = false;
        (void)snprintf(to->text, VALUE_MAX, "%s",
                       truth(*(const enum iam_bool *)p == IAM_TRUE, format));
        return true;
    case ACTION_INT:
        to->quoted = false;
        (void)snprintf(to->text, VALUE_MAX, "%d", *(const int *)p);
        return *(const int *)p != IAM_INT_UNSET;
    case ACTION_TIME:
        date(to->text, *(const int64_t *)p);
        return *(const int64_t *)p != 0;
    default:
        (void)snprintf(to->text, VALUE_MAX, "%s", (const char *)p);
        return to->text[0] != '\0';
    }
}

/* As botocore makes one up. */
static void
sample_of(const struct action_member *m, enum output_format format, struct item *to)
{
    static const char *const epoch[] = {"1970-01-01T00:00:00", "1970-01-01 00:00:00"};

    to->name = m->name;
    to->quoted = m->kind != ACTION_BOOL && m->kind != ACTION_INT;
    (void)snprintf(to->text, VALUE_MAX, "%s",
                   m->kind == ACTION_BOOL   ? truth(true, format)
                   : m->kind == ACTION_INT  ? "0"
                   : m->kind == ACTION_TIME ? epoch[format]
                                            : m->name);
}

/* ---- JSON and text ----------------------------------------------------------------------- */

static void
add_quoted(struct buf *b, const char *text)
{
    buf_adds(b, "\"");
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\')
            buf_addf(b, "\\%c", *p);
        else
            buf_add(b, p, 1);
    }
    buf_adds(b, "\"");
}

static void
add_object(struct buf *b, const struct item *items, size_t count, const char *indent)
{
    if (count == 0) {
        buf_adds(b, "{}");
        return;
    }
    buf_adds(b, "{\n");
    for (size_t i = 0; i < count; i++) {
        buf_addf(b, "%s    \"%s\": ", indent, items[i].name);
        if (items[i].quoted)
            add_quoted(b, items[i].text);
        else
            buf_adds(b, items[i].text);
        buf_adds(b, i + 1 < count ? ",\n" : "\n");
    }
    buf_addf(b, "%s}", indent);
}

static int
by_name(const void *a, const void *b)
{
    return strcmp(((const struct item *)a)->name, ((const struct item *)b)->name);
}

/* The capitals of the wrapper, then the values by the order of their names. */
static void
add_columns(struct buf *b, const char *wrapper, struct item *items, size_t count)
{
    for (const char *p = wrapper; *p != '\0'; p++)
        buf_addf(b, "%c", *p >= 'a' && *p <= 'z' ? *p - 'a' + 'A' : *p);
    qsort(items, count, sizeof(*items), by_name);
    for (size_t i = 0; i < count; i++)
        buf_addf(b, "\t%s", items[i].text);
    buf_adds(b, "\n");
}

static int
print(const struct action *row, struct item *items, size_t count, enum output_format format,
      struct err *e)
{
    const char *slash = strrchr(row->result, '/'), *wrapper = slash != NULL ? slash + 1 : "";
    struct buf b;

    buf_init(&b, OUTPUT_MAX);
    if (format == OUTPUT_TEXT) {
        add_columns(&b, wrapper, items, count);
    } else {
        buf_addf(&b, "{\n    \"%s\": ", wrapper);
        add_object(&b, items, count, "    ");
        buf_adds(&b, "\n}\n");
    }
    return write_all(&b, e);
}

/* ---- front --------------------------------------------------------------------------------- */

int
output_answer(const struct action *row, const struct iam_output *out, enum output_format format,
              struct err *e)
{
    struct item items[MEMBERS_MAX];
    size_t count = 0;

    if (row->result == NULL)
        return 0;
    for (size_t i = 0; i < row->output_count && count < MEMBERS_MAX; i++)
        count += value_of(&row->output[i], out, format, &items[count]);
    return print(row, items, count, format, e);
}

int
output_output_skeleton(const struct action *row, enum output_format format, struct err *e)
{
    struct item items[MEMBERS_MAX];
    size_t count = 0;

    if (row->result == NULL)
        return 0;
    for (; count < row->output_count && count < MEMBERS_MAX; count++)
        sample_of(&row->output[count], format, &items[count]);
    return print(row, items, count, format, e);
}

int
output_input_skeleton(const struct action *row, struct err *e)
{
    struct item items[MEMBERS_MAX];
    size_t count = 0;
    struct buf b;

    buf_init(&b, OUTPUT_MAX);
    for (; count < row->input_count && count < MEMBERS_MAX; count++) {
        sample_of(&row->input[count], OUTPUT_JSON, &items[count]);
        if (items[count].quoted)
            items[count].text[0] = '\0';
    }
    add_object(&b, items, count, "");
    buf_adds(&b, "\n");
    return write_all(&b, e);
}
