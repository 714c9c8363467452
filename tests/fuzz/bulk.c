/*
 * `iamlp provision --from FILE`: a file of names, and what is printed of them. Names are
 * printable and stand once; a table, CSV (RFC 4180) and JSON hold a row for each of them.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/people.h"
#include "cli/results.h"
#include "cli/roster.h"
#include "fuzz.h"

/* How many records, of six quoted fields each? */
static size_t
csv_records(const char *p)
{
    size_t records = 0;

    for (; *p != '\0'; records++)
        for (int field = 0; field < 6; field++) {
            FUZZ_HOLDS(*p++ == '"');
            for (; *p != '"' || *++p == '"'; p++)
                FUZZ_HOLDS(*p != '\0');
            FUZZ_HOLDS(field < 5 ? *p == ',' : p[0] == '\r' && p[1] == '\n');
            p += field < 5 ? 1 : 2;
        }
    return records;
}

static size_t
lines(const char *p)
{
    size_t n = 0;

    for (; *p != '\0'; p++)
        n += *p == '\n';
    return n;
}

static void
check_output(const struct people *p, enum results_form form)
{
    struct err e = ERR_INIT;
    size_t len = 0;
    char *text;

    FUZZ_HOLDS(results_print(p, form, &e) == 0);
    text = fuzz_stdout(&len);
    FUZZ_HOLDS(strlen(text) == len);
    if (form == RESULTS_CSV)
        FUZZ_HOLDS(csv_records(text) == p->count + 1);
    if (form == RESULTS_TABLE)
        FUZZ_HOLDS(lines(text) == p->count + 1);
    for (char *c = text; *c != '\0'; c++)
        if (*c == '\n' || *c == '\r')
            *c = ' ';
    FUZZ_HOLDS(fuzz_clean(text, len + 1));
    free(text);
}

/* What a story's end says of somebody, made of what stands in the file. */
static void
report(struct people_row *row, const char *text, size_t len)
{
    people_set(&row->text, text, len);
    people_set(&row->iam_user, row->name, strlen(row->name) / 2);
    FUZZ_HOLDS(fuzz_clean(row->text, len + 512));
    row->result = people_judge(WIRE_PLAN, (enum outcome)(len % (OUTCOME_ERROR + 1)), row->code);
    if (row->result == PEOPLE_UNMAPPED)
        row->result = PEOPLE_OPEN;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool begun;
    struct people p = {.rows = NULL};
    struct err e = ERR_INIT;
    char path[32];
    int fd = fuzz_file(data, size, path);

    if (!begun)
        fuzz_stdout_begin();
    begun = true;
    if (roster_from(&p, path, &e) != 0) {
        fuzz_failed(&e);
        people_free(&p); /* only what was read to the end is in order */
    }
    people_dismiss(&p);
    /* One of a directory, which nobody has judged. */
    if (p.count > 0 && size > 0 && data[0] == '*')
        memset(p.rows[p.count - 1].name, 0xfe, strlen(p.rows[p.count - 1].name));
    for (size_t i = 0; i < p.count; i++) {
        FUZZ_HOLDS(p.rows[i].name[0] != '\0' && p.rows[i].name[0] != '#');
        FUZZ_HOLDS(data[0] == '*' || fuzz_clean(p.rows[i].name, 256));
        FUZZ_HOLDS(i == 0 || strcmp(p.rows[i - 1].name, p.rows[i].name) < 0);
        report(&p.rows[i], (const char *)data, size < 600 ? size : 600);
    }
    FUZZ_HOLDS(people_twins(&p, &e) == 0);
    people_count(&p);
    for (int form = RESULTS_TABLE; form <= RESULTS_JSON; form++)
        check_output(&p, (enum results_form)form);
    people_free(&p);
    (void)close(fd);
    return 0;
}
