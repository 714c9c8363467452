/* iamlp disable SERVICE: what iamlp enable added is taken out again. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fdio.h"
#include "cli/line.h"
#include "cli/verb.h"
#include "pamd/pamd.h"
#include "pamd/pamdir.h"
#include "pamd/stack.h"

enum {
    LIST_MAX = 1024 * 1024, /* bytes of paths */
    ROW_MAX = 100           /* files that include one another in a row */
};

struct work {
    struct pamdir d;
    unsigned removed;
    int status;
    /* Files, each with a newline before and behind. */
    struct buf told;    /* those that were complained of */
    struct buf entered; /* those that name_callers has been in */
};

static void
complain(struct work *w, int status, const char *what)
{
    (void)fprintf(stderr, "iamlp disable: %s\n", what);
    /* A line that is known to stay keeps a package from being removed; nothing outweighs it. */
    if (w->status != VERB_FAILED)
        w->status = status;
}

/* Lines that were put behind ours since may be counted on by a jump over it. A file that
 * cannot be read to its end is mended, not kept. */
static int
refuse_counted(const struct pamdir_file *f, struct err *e)
{
    const struct stack_source source = {pamdir_load, NULL};

    for (int type = PAMD_AUTH; type < PAMD_ANY; type++) {
        const struct stack_line *l;
        struct stack s;
        bool counted;

        if (stack_read(&s, f->path, (enum pamd_type)type, buf_str(&f->text), f->text.len, &source,
                       NULL) != 0)
            continue;
        l = stack_counted(&s);
        counted = l != NULL;
        if (counted)
            err_set(e, ERR_DENIED,
                    "%s line %u counts our line in its jump [%s]; take ours out by hand and count "
                    "one less",
                    l->file, l->line.number, l->line.control);
        stack_free(&s);
        if (counted)
            return -1;
    }
    return 0;
}

/* Put the file on the list, as long as there is room. false: it stands there. */
static bool
note(struct buf *list, const char *path)
{
    struct buf key;
    bool is_new;

    buf_init(&key, LIST_MAX);
    buf_addf(&key, "\n%s\n", path);
    is_new = strstr(buf_str(list), buf_str(&key)) == NULL;
    if (is_new)
        buf_adds(list, buf_str(&key));
    buf_free(&key);
    return is_new;
}

static void
by_hand(struct work *w, const char *path, unsigned number)
{
    struct err e = ERR_INIT;

    if (!note(&w->told, path))
        return;
    err_set(&e, ERR_DENIED,
            "%s line %u calls " PAMD_MODULE
            " and was not written by iamlp enable; it stays: take it "
            "out by hand",
            path, number);
    complain(w, VERB_FAILED, e.msg);
}

/* Take our lines out of the service's file. */
static void
take_out(struct work *w, const char *service)
{
    struct pamdir_file f;
    struct buf text;
    struct err e = ERR_INIT;
    unsigned removed, number = 0;

    if (pamdir_read(&f, service, &e) != 0) {
        complain(w, VERB_OTHER, e.msg);
        (void)note(&w->told, f.path);
        return;
    }
    buf_init(&text, PAMD_TEXT_MAX);
    removed = pamd_remove(buf_str(&f.text), f.text.len, &text, &number);
    if (number != 0)
        by_hand(w, f.path, number);
    if (removed > 0 && (buf_check(&text, f.path, &e) != 0 || refuse_counted(&f, &e) != 0 ||
                        pamdir_replace(&w->d, &f, buf_str(&text), text.len, &e) != 0)) {
        complain(w, e.code == ERR_DENIED ? VERB_FAILED : VERB_OTHER, e.msg);
        (void)note(&w->told, f.path);
    } else if (removed > 0) {
        (void)printf("%s: %u line%s taken out\n", f.path, removed, removed == 1 ? "" : "s");
        w->removed += removed;
    }
    buf_free(&text);
    pamdir_close(&f);
}

/* ---- all of them ----------------------------------------------------------------------- */

static bool
is_link(const char *path)
{
    struct stat st;

    return lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
}

/* Files without a line of ours are none of our business, whatever state they are in. A link
 * may be an alias of a file that the walk comes to as well: see below. */
static int
take_out_each(void *arg, const char *path, const char *name, const struct buf *text)
{
    if (!is_link(path) && pamd_calls(buf_str(text), text->len) != 0)
        take_out(arg, name);
    return 0;
}

/* What calls the module in this file, and in those that it includes. Each is entered once: files
 * that include each other make a circle. */
static void
name_callers(struct work *w, const char *path, const struct buf *text, unsigned row)
{
    unsigned number = pamd_calls(buf_str(text), text->len);
    struct pamd_reader r;
    struct pamd_line line;
    struct err e = ERR_INIT;
    int rc;

    if (!note(&w->entered, path) || w->entered.fault != ERR_OK)
        return;
    if (row > ROW_MAX) {
        err_set(&e, ERR_LIMIT,
                "%s and %u others include one another in a row, too many to follow; see by hand "
                "which of them call " PAMD_MODULE,
                path, ROW_MAX);
        complain(w, VERB_FAILED, e.msg);
        return;
    }
    if (number != 0)
        by_hand(w, path, number);
    pamd_begin(&r, path, buf_str(text), text->len);
    while ((rc = pamd_next(&r, &line, NULL)) != 0) {
        char target[sizeof(PAMDIR_PATH) + 1 + PAMD_WORD_MAX];
        struct buf included;

        if (rc < 0 || line.kind == PAMD_CALL)
            continue;
        (void)snprintf(target, sizeof(target), "%s%s", line.target[0] == '/' ? "" : PAMDIR_PATH "/",
                       line.target);
        buf_init(&included, PAMD_TEXT_MAX);
        if (pamdir_load(NULL, line.target, &included, NULL) == 0)
            name_callers(w, target, &included, row + 1);
        buf_free(&included);
    }
}

/* What still calls the module now, wherever libpam comes to it. */
static int
name_each(void *arg, const char *path, const char *name, const struct buf *text)
{
    (void)name;
    name_callers(arg, path, text, 1);
    return 0;
}

static void
take_out_all(struct work *w)
{
    struct err e = ERR_INIT;

    if (pamdir_each(false, take_out_each, w, &e) != 0 || pamdir_each(true, name_each, w, &e) != 0)
        complain(w, VERB_OTHER, e.msg);
    if (buf_check(&w->entered, "the list of files that libpam comes to", &e) != 0)
        complain(w, VERB_FAILED, e.msg);
}

static int
parse(int argc, char **argv, const char **service)
{
    struct line line;
    struct err e = ERR_INIT;
    int rc = line_parse(&line, argc, argv);

    *service = line.operand;
    if (rc != VERB_OK || line.all || pamdir_name(*service, &e) == 0)
        return rc;
    (void)fprintf(stderr, "iamlp disable: %s\n", e.msg);
    return VERB_USAGE;
}

int
disable_run(int argc, char **argv)
{
    struct work w = {.status = VERB_OK};
    const char *service = NULL;
    struct err e = ERR_INIT;
    int rc;

    rc = parse(argc, argv, &service);
    if (rc != VERB_OK)
        return rc;
    buf_init(&w.told, LIST_MAX);
    buf_init(&w.entered, LIST_MAX);
    if (pamdir_open(&w.d, &e) != 0) {
        complain(&w, VERB_OTHER, e.msg);
        return w.status;
    }
    if (service != NULL)
        take_out(&w, service);
    else
        take_out_all(&w);
    if (w.removed == 0 && w.status == VERB_OK)
        (void)printf("%s is %senabled\n", service != NULL ? service : "no service",
                     service != NULL ? "not " : "");
    buf_free(&w.told);
    buf_free(&w.entered);
    pamdir_shut(&w.d);
    return w.status;
}
