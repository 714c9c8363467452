#include "cli/results.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/writer.h"

enum {
    COLUMNS = 6,
    NAME_SIZE = 257, /* of a user; the user database knows no longer ones */
    ROW_MAX = 8192   /* bytes of a row in any form */
};

static const char *const titles[COLUMNS] = {"user",   "iam_user", "account",
                                            "result", "code",     "text"};

enum results_form
results_form(const char *name)
{
    if (name == NULL || strcmp(name, "table") == 0)
        return RESULTS_TABLE;
    return strcmp(name, "csv") == 0 ? RESULTS_CSV : RESULTS_JSON;
}

/* A row's cells, until the next call. All but the name are printable; that may come from a
 * directory which somebody else keeps. */
static void
cells_of(const struct people_row *row, const char *cells[COLUMNS])
{
    static char name[NAME_SIZE];

    text_clean(name, sizeof(name), row->name, strlen(row->name));
    cells[0] = name;
    cells[1] = row->iam_user;
    cells[2] = row->account;
    cells[3] = people_word(row->result);
    cells[4] = row->code;
    cells[5] = row->text;
}

/* What a spreadsheet would take for a formula gets an apostrophe in front: a sentence is what a
 * server has said, and such a table is what people open. */
static void
add_csv(struct buf *b, const char *const cells[COLUMNS])
{
    for (int i = 0; i < COLUMNS; i++) {
        buf_adds(b, i > 0 ? ",\"" : "\"");
        buf_adds(b, cells[i][0] != '\0' && strchr("=+-@", cells[i][0]) != NULL ? "'" : "");
        for (const char *c = cells[i]; *c != '\0'; c++)
            buf_adds(b, *c == '"' ? "\"\"" : (const char[]){*c, '\0'});
        buf_adds(b, "\"");
    }
    buf_adds(b, "\r\n");
}

static void
add_table(struct buf *b, const char *const cells[COLUMNS])
{
    static const int widths[COLUMNS] = {16, 32, 13, 12, 0, 0};

    for (int i = 0; i < COLUMNS; i++)
        if (i != 4)
            buf_addf(b, "%-*s%s", widths[i], cells[i][0] != '\0' ? cells[i] : "-",
                     i + 1 < COLUMNS ? " " : "\n");
}

/* Write what is in `b`, and empty it. */
static int
flush(struct buf *b, struct err *e)
{
    int rc = buf_check(b, "a row", e);

    if (rc == 0 && b->len > 0 && fwrite(b->data, 1, b->len, stdout) != b->len)
        rc = err_sys(e, "standard output");
    buf_free(b);
    return rc;
}

static int
print_json(const struct people *p, struct buf *b, struct err *e)
{
    const char *cells[COLUMNS];
    struct writer w;
    int rc = 0;

    writer_begin(&w, b);
    writer_open(&w, NULL, '[');
    for (size_t i = 0; i < p->count && rc == 0; i++) {
        cells_of(&p->rows[i], cells);
        writer_open(&w, NULL, '{');
        for (int c = 0; c < COLUMNS; c++)
            writer_text(&w, titles[c], cells[c]);
        writer_close(&w, '}');
        rc = flush(b, e);
    }
    writer_close(&w, ']');
    return rc == 0 ? flush(b, e) : rc;
}

static int
print_rows(const struct people *p, bool csv, struct buf *b, struct err *e)
{
    void (*add)(struct buf * b, const char *const cells[COLUMNS]) = csv ? add_csv : add_table;
    const char *cells[COLUMNS];
    int rc;

    add(b, titles);
    rc = flush(b, e);
    for (size_t i = 0; i < p->count && rc == 0; i++) {
        if (!csv && p->rows[i].result == PEOPLE_UNMAPPED)
            continue;
        cells_of(&p->rows[i], cells);
        add(b, cells);
        rc = flush(b, e);
    }
    return rc;
}

int
results_print(const struct people *p, enum results_form form, struct err *e)
{
    struct buf b;
    int rc;

    buf_init(&b, ROW_MAX);
    if (form == RESULTS_JSON)
        rc = print_json(p, &b, e);
    else
        rc = print_rows(p, form == RESULTS_CSV, &b, e);
    if (rc == 0 && fflush(stdout) != 0)
        rc = err_sys(e, "standard output");
    buf_free(&b);
    return rc;
}

void
results_sum(const struct people *p)
{
    (void)fprintf(stderr, "%zu users", p->count);
    for (int r = PEOPLE_RESULTS - 1; r >= 0; r--)
        if (p->counts[r] > 0)
            (void)fprintf(stderr, ", %zu %s", p->counts[r], people_word((enum people_result)r));
    (void)fprintf(stderr, "\n");
}
