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
#include "state/due.h"
#include "state/store.h"

enum {
    COLUMNS = 6
};

/* The last one has what is left of 80, with a blank between two. */
static const int widths[COLUMNS] = {12, 15, 5, 5, 12, 26};
static const char *const titles[COLUMNS] = {"LOCAL USER", "PHASE",   "SINCE",
                                            "NEXT",       "ACCOUNT", "IAM USER"};

struct row {
    char cells[COLUMNS][160];
};

struct table {
    struct row *rows;
    size_t count;
    int odd; /* rows that somebody has to look at */
};

static void
set(struct row *row, int column, const char *text)
{
    text_clean(row->cells[column], sizeof(row->cells[column]), text, strlen(text));
}

/* A time that has passed or is still to pass, in the largest unit that fits. */
static void
set_span(struct row *row, int column, int64_t s)
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
set_phase(struct row *row, const struct record *r)
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
set_uid(struct row *row, uid_t uid)
{
    const struct passwd *pw = getpwuid(uid);
    char number[16];

    (void)snprintf(number, sizeof(number), "%u", (unsigned)uid);
    set(row, 0, pw != NULL ? pw->pw_name : number);
}

static void
fill(struct row *row, const struct record *r, int64_t now)
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
add(struct table *t, int state, const char *name, int64_t now, struct err *e)
{
    struct row *grown = realloc(t->rows, (t->count + 1) * sizeof(*grown)), *row;
    uid_t uid = (uid_t)strtoul(name, NULL, 10);
    bool aside = strchr(name, '.') != NULL;
    struct record r;
    struct stat st;

    if (grown == NULL)
        return err_set(e, ERR_MEMORY, "out of memory");
    t->rows = grown;
    row = &t->rows[t->count++];
    memset(row, 0, sizeof(*row));
    set_uid(row, uid);
    for (int i = 1; i < COLUMNS; i++)
        set(row, i, "-");
    if (!aside && store_read(state, uid, &r, NULL) == 0) {
        fill(row, &r, now);
        return 0;
    }
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
    const struct row *x = a, *y = b;
    int order = strcmp(x->cells[0], y->cells[0]);

    return order != 0 ? order : strcmp(x->cells[1], y->cells[1]);
}

static void
print_cell(const char *text, int column, bool narrow)
{
    const char *end = column + 1 < COLUMNS ? " " : "\n";
    int width = column + 1 < COLUMNS ? widths[column] : 0;

    if (narrow && strlen(text) > (size_t)widths[column])
        (void)printf("%.*s~%s", widths[column] - 1, text, end);
    else
        (void)printf("%-*s%s", width, text, end);
}

int
records_print(int state, int64_t now, bool narrow, struct err *e)
{
    struct table t = {NULL, 0, 0};
    struct dirent **names = NULL;
    int count = scandirat(state, ".", &names, is_record, NULL), rc = 0;

    if (count < 0)
        return err_sys(e, "the state folder");
    for (int i = 0; i < count; i++) {
        if (rc == 0)
            rc = add(&t, state, names[i]->d_name, now, e);
        free(names[i]);
    }
    free(names);
    if (rc == 0 && t.count > 0) {
        qsort(t.rows, t.count, sizeof(t.rows[0]), by_name);
        for (int c = 0; c < COLUMNS; c++)
            print_cell(titles[c], c, narrow);
        for (size_t i = 0; i < t.count; i++)
            for (int c = 0; c < COLUMNS; c++)
                print_cell(t.rows[i].cells[c], c, narrow);
    }
    if (rc == 0 && t.count == 0)
        (void)printf("Nobody has logged in or been provisioned here yet.\n");
    free(t.rows);
    return rc != 0 ? -1 : t.odd;
}
