#include "cli/records.h"

#include <dirent.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/screen.h"
#include "state/due.h"
#include "state/store.h"

enum {
    COLUMNS = 6,
    CELL_SIZE = 160
};

/* The last one has what is left of 80, with a blank between two. */
static const int widths[COLUMNS] = {12, 15, 5, 5, 12, 26};
static const char *const titles[COLUMNS] = {"LOCAL USER", "PHASE",   "SINCE",
                                            "NEXT",       "ACCOUNT", "IAM USER"};

struct records_row {
    char cells[COLUMNS][CELL_SIZE];
    uid_t uid;
    struct record record; /* RECORD_NONE: not read */
};

static void
set(struct records_row *row, int column, const char *text)
{
    text_clean(row->cells[column], sizeof(row->cells[column]), text, strlen(text));
}

/* A time that has passed or is still to pass, in the largest unit that fits. */
static void
set_span(struct records_row *row, int column, int64_t s)
{
    char text[32];

    if (s < 0)
        s = 0;
    if (s < 120)
        (void)snprintf(text, sizeof(text), "%llds", (long long)s);
    else if (s < 120 * 60)
        (void)snprintf(text, sizeof(text), "%lldm", (long long)s / 60);
    else if (s < 48 * 60 * 60)
        (void)snprintf(text, sizeof(text), "%lldh", (long long)s / (60 * 60));
    else
        (void)snprintf(text, sizeof(text), "%lldd", (long long)s / (24 * 60 * 60));
    set(row, column, text);
}

static void
set_phase(struct records_row *row, const struct record *r)
{
    const char *more = "";
    char text[64];

    if (r->phase == RECORD_DONE)
        more = record_hows[r->how];
    else if (r->phase == RECORD_FAILED)
        more = r->code;
    (void)snprintf(text, sizeof(text), "%s%s%s", record_phases[r->phase],
                   more[0] != '\0' ? ", " : "", more);
    set(row, 1, text);
}

/* A user whose record says no name: the one in passwd, else the number. */
static void
set_uid(struct records_row *row, uid_t uid)
{
    const struct passwd *pw = getpwuid(uid);
    char number[16];

    (void)snprintf(number, sizeof(number), "%u", (unsigned)uid);
    set(row, 0, pw != NULL ? pw->pw_name : number);
}

static void
fill(struct records_row *row, const struct record *r, int64_t now)
{
    if (r->name[0] != '\0')
        set(row, 0, r->name);
    set_phase(row, r);
    set_span(row, 2, now - r->changed);
    if (due_at_claim(r, now))
        set(row, 3, "claim");
    else if (record_waits(r, now))
        set_span(row, 3, r->not_before - now);
    set(row, 4, r->account[0] != '\0' ? r->account : r->section[0] != '\0' ? r->section : "-");
    set(row, 5, r->iam_user[0] != '\0' ? r->iam_user : "-");
}

static int
add(struct records *t, int state, const char *name, int64_t now, struct err *e)
{
    struct records_row *grown = realloc(t->rows, (t->count + 1) * sizeof(*grown)), *row;
    uid_t uid = (uid_t)strtoul(name, NULL, 10);
    bool aside = strchr(name, '.') != NULL;
    struct stat st;

    if (grown == NULL)
        return err_set(e, ERR_MEMORY, "out of memory");
    t->rows = grown;
    row = &t->rows[t->count++];
    memset(row, 0, sizeof(*row));
    row->uid = uid;
    set_uid(row, uid);
    for (int i = 1; i < COLUMNS; i++)
        set(row, i, "-");
    if (!aside && store_read(state, uid, &row->record, NULL) == 0) {
        fill(row, &row->record, now);
        return 0;
    }
    record_init(&row->record, uid);
    t->odd++;
    set(row, 1, aside ? "set aside" : "unreadable");
    if (fstatat(state, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
        set_span(row, 2, now - st.st_mtim.tv_sec);
    return 0;
}

/* <uid> or <uid>.aside.<n> */
static int
is_record(const struct dirent *d)
{
    size_t n = strspn(d->d_name, "0123456789");

    return n > 0 && n <= 10 && (d->d_name[n] == '\0' || strncmp(d->d_name + n, ".aside.", 7) == 0);
}

static int
by_name(const void *a, const void *b)
{
    const struct records_row *x = a, *y = b;
    int order = strcmp(x->cells[0], y->cells[0]);

    return order != 0 ? order : strcmp(x->cells[1], y->cells[1]);
}

static void
print_cell(const char *text, int column, bool narrow)
{
    bool last = column + 1 == COLUMNS;
    char cell[CELL_SIZE];

    (void)snprintf(cell, sizeof(cell), "%s", text);
    if (narrow)
        screen_cut(cell, (size_t)widths[column]);
    (void)printf("%-*s%s", last ? 0 : widths[column], cell, last ? "\n" : " ");
}

int
records_read(struct records *r, int state, int64_t now, struct err *e)
{
    struct dirent **names = NULL;
    int count = scandirat(state, ".", &names, is_record, NULL), rc = 0;

    *r = (struct records){NULL, 0, 0};
    if (count < 0)
        return err_sys(e, "the state folder");
    for (int i = 0; i < count; i++) {
        if (rc == 0)
            rc = add(r, state, names[i]->d_name, now, e);
        free(names[i]);
    }
    free(names);
    if (r->count > 0)
        qsort(r->rows, r->count, sizeof(r->rows[0]), by_name);
    return rc;
}

void
records_print(const struct records *r, bool narrow)
{
    if (r->count == 0)
        (void)printf("Nobody has logged in or been provisioned here yet.\n");
    for (int c = 0; r->count > 0 && c < COLUMNS; c++)
        print_cell(titles[c], c, narrow);
    for (size_t i = 0; i < r->count; i++)
        for (int c = 0; c < COLUMNS; c++)
            print_cell(r->rows[i].cells[c], c, narrow);
}

static void
write_text(struct writer *w, const char *key, const char *text)
{
    char clean[CELL_SIZE];

    text_clean(clean, sizeof(clean), text, strlen(text));
    if (clean[0] != '\0')
        writer_text(w, key, clean);
}

/* Times are seconds since the epoch; what is not known is left out. */
static void
write_record(struct writer *w, const struct record *r)
{
    if (r->phase == RECORD_NONE)
        return;
    if (r->phase == RECORD_DONE)
        write_text(w, "how", record_hows[r->how]);
    if (r->phase == RECORD_FAILED)
        write_text(w, "code", r->code);
    writer_number(w, "since", r->changed);
    if (r->not_before > 0)
        writer_number(w, "not_before", r->not_before);
    write_text(w, "section", r->section);
    write_text(w, "account", r->account);
    write_text(w, "iam_user", r->iam_user);
}

void
records_write(const struct records *r, struct writer *w, const char *key)
{
    writer_open(w, key, '[');
    for (size_t i = 0; i < r->count; i++) {
        const struct records_row *row = &r->rows[i];
        bool read = row->record.phase != RECORD_NONE;

        writer_open(w, NULL, '{');
        writer_text(w, "local_user", row->cells[0]);
        writer_number(w, "uid", (int64_t)row->uid);
        writer_text(w, "phase", read ? record_phases[row->record.phase] : row->cells[1]);
        write_record(w, &row->record);
        if (strcmp(row->cells[3], "claim") == 0)
            writer_text(w, "next", "claim");
        writer_close(w, '}');
    }
    writer_close(w, ']');
}

void
records_free(struct records *r)
{
    free(r->rows);
    *r = (struct records){NULL, 0, 0};
}

int
records_odd(int state)
{
    struct records r;
    int odd = records_read(&r, state, 0, NULL) == 0 ? r.odd : 0;

    records_free(&r);
    return odd;
}
