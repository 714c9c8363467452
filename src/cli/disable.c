/* iamlp disable SERVICE: what iamlp enable added is taken out again. */
#include <stdio.h>
#include <string.h>

#include "base/fdio.h"
#include "cli/line.h"
#include "cli/pamd.h"
#include "cli/pamdir.h"
#include "cli/stack.h"
#include "cli/verb.h"

struct work {
    int dir;
    unsigned removed;
    int status;
};

static void
complain(struct work *w, int status, const char *what)
{
    (void)fprintf(stderr, "iamlp disable: %s\n", what);
    if (w->status == VERB_OK)
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

/* Take our lines out of the service's file. */
static void
take_out(struct work *w, const char *service)
{
    struct pamdir_file f;
    struct buf text;
    struct err e = ERR_INIT;
    unsigned removed, by_hand = 0;

    if (pamdir_read(&f, service, &e) != 0) {
        complain(w, VERB_OTHER, e.msg);
        return;
    }
    buf_init(&text, PAMD_TEXT_MAX);
    removed = pamd_remove(buf_str(&f.text), f.text.len, &text, &by_hand);
    if (by_hand != 0) {
        err_set(&e, ERR_DENIED,
                "%s line %u calls " PAMD_MODULE " and was not written by iamlp enable; it stays: "
                "take it out by hand",
                f.path, by_hand);
        complain(w, VERB_FAILED, e.msg);
    }
    err_clear(&e);
    if (removed > 0 && (buf_check(&text, f.path, &e) != 0 || refuse_counted(&f, &e) != 0 ||
                        pamdir_replace(w->dir, &f, buf_str(&text), text.len, &e) != 0)) {
        complain(w, e.code == ERR_DENIED ? VERB_FAILED : VERB_OTHER, e.msg);
    } else if (removed > 0) {
        (void)printf("%s: %u line%s taken out\n", f.path, removed, removed == 1 ? "" : "s");
        w->removed += removed;
    }
    buf_free(&text);
    pamdir_close(&f);
}

/* Files without a line of ours are none of our business, whatever state they are in. */
static int
take_out_each(void *arg, const char *name, const struct buf *text)
{
    if (memmem(buf_str(text), text->len, PAMD_MODULE, sizeof(PAMD_MODULE) - 1) != NULL)
        take_out(arg, name);
    return 0;
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
    struct work w = {-1, 0, VERB_OK};
    const char *service = NULL;
    struct err e = ERR_INIT;
    int rc;

    rc = parse(argc, argv, &service);
    if (rc != VERB_OK)
        return rc;
    w.dir = pamdir_open(&e);
    if (w.dir < 0) {
        complain(&w, VERB_OTHER, e.msg);
        return w.status;
    }
    if (service != NULL)
        take_out(&w, service);
    else if (pamdir_each(false, take_out_each, &w, &e) != 0)
        complain(&w, VERB_OTHER, e.msg);
    if (w.removed == 0 && w.status == VERB_OK)
        (void)printf("%s is %senabled\n", service != NULL ? service : "no service",
                     service != NULL ? "not " : "");
    fdio_close(w.dir);
    return w.status;
}
