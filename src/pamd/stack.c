#include "pamd/stack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pamd/verdict.h"

enum {
    DEPTH_MAX = 16, /* libpam's own */
};

struct reading {
    struct stack *stack;
    enum pamd_type type;
    const struct stack_source *from;
};

static int read_text(const struct reading *r, const char *file, const char *text, size_t len,
                     unsigned level, unsigned depth, struct err *e);

static int
append(const struct reading *r, const char *file, unsigned level, const struct pamd_line *line,
       struct err *e)
{
    struct stack *s = r->stack;
    struct stack_line *grown;

    if (s->count == STACK_LINES_MAX)
        return err_set(e, ERR_LIMIT, "%s: more than %d lines in one stack", file, STACK_LINES_MAX);
    grown = realloc(s->lines, (s->count + 1) * sizeof(*grown));
    if (grown == NULL)
        return err_set(e, ERR_MEMORY, "out of memory");
    s->lines = grown;
    grown += s->count++;
    grown->level = level;
    grown->line = *line;
    (void)snprintf(grown->file, sizeof(grown->file), "%s", file);
    return 0;
}

static int
include(const struct reading *r, const char *file, const struct pamd_line *line, unsigned level,
        unsigned depth, struct err *e)
{
    struct buf text;
    int rc = -1;

    if (depth + 1 >= DEPTH_MAX)
        return err_set(e, ERR_LIMIT, "%s line %u: included too deep for libpam", file,
                       line->number);
    buf_init(&text, PAMD_TEXT_MAX);
    if (r->from->load(r->from->arg, line->target, &text, e) != 0 ||
        buf_check(&text, line->target, e) != 0)
        err_wrap(e, "%s line %u", file, line->number);
    else
        rc = read_text(r, line->target, buf_str(&text), text.len,
                       level + (line->kind == PAMD_SUBSTACK), depth + 1, e);
    buf_free(&text);
    return rc;
}

static int
read_text(const struct reading *r, const char *file, const char *text, size_t len, unsigned level,
          unsigned depth, struct err *e)
{
    struct pamd_reader reader;
    struct pamd_line line;
    int rc;

    pamd_begin(&reader, file, text, len);
    while ((rc = pamd_next(&reader, &line, e)) == 1) {
        if (line.type != r->type && line.type != PAMD_ANY)
            continue;
        /* A substack is a handler of its own for libpam: jumps count it as one. */
        if (line.kind != PAMD_INCLUDE && append(r, file, level, &line, e) != 0)
            return -1;
        if (line.kind != PAMD_CALL && include(r, file, &line, level, depth, e) != 0)
            return -1;
    }
    return rc;
}

int
stack_read(struct stack *s, const char *file, enum pamd_type type, const char *text, size_t len,
           const struct stack_source *from, struct err *e)
{
    const struct reading r = {s, type, from};

    *s = (struct stack){NULL, 0};
    if (read_text(&r, file, text, len, 0, 0, e) == 0)
        return 0;
    stack_free(s);
    return -1;
}

/* How many of the modules behind `at` and before `end` its jump can skip; a substack
 * counts as one. */
static unsigned
between(const struct stack *s, size_t at, size_t end)
{
    unsigned n = 0;

    for (size_t i = at + 1; i < end && s->lines[i].level >= s->lines[at].level; i++)
        n += s->lines[i].level == s->lines[at].level;
    return n;
}

static int
judge_password(const struct stack *s, const char *service, struct err *e)
{
    if (!verdict_refused(s, s->count))
        return 0;
    return err_set(e, ERR_DENIED,
                   "the password stack of %s goes on to its end where the local password was not "
                   "changed, and the line there would make the console's all the same; let failure "
                   "end it: write requisite before the module that changes it, in the place of a "
                   "substack or include",
                   service);
}

int
stack_judge(const struct stack *s, const char *service, enum pamd_type type, struct err *e)
{
    const char *name = pamd_type_name(type);

    if (s->count == 0)
        return err_set(e, ERR_DENIED,
                       "%s has no %s lines, so libpam takes those of the service other; with "
                       "ours alone it would refuse everybody%s",
                       service, name,
                       strcmp(service, "passwd") == 0 && type != PAMD_PASSWORD
                           ? "; its password stack: iamlp enable passwd --password"
                           : "");
    for (size_t i = 0; i < s->count; i++) {
        const struct stack_line *l = &s->lines[i];

        if (l->level == 0 && l->line.does.jump > between(s, i, s->count))
            return err_set(e, ERR_DENIED,
                           "%s line %u jumps beyond the end of the %s stack, which libpam "
                           "refuses, and with one more line would not; mend its [%s] first",
                           l->file, l->line.number, name, l->line.control);
    }
    return type == PAMD_PASSWORD ? judge_password(s, service, e) : 0;
}

const struct stack_line *
stack_ours(const struct stack *s)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->lines[i].line.ours)
            return &s->lines[i];
    return NULL;
}

/* Is what the line at `i` decides felt at the later line `at`? Not where a substack that it
 * stands in has ended before that. */
static bool
decides_of(const struct stack *s, size_t i, size_t at)
{
    for (size_t k = i + 1; k <= at; k++)
        if ((k < s->count ? s->lines[k].level : 0) < s->lines[i].level)
            return false;
    return true;
}

const struct stack_line *
stack_shortcut(const struct stack *s, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (control_ends(&s->lines[i].line.does) && decides_of(s, i, at))
            return &s->lines[i];
    return NULL;
}

const struct stack_line *
stack_counted(const struct stack *s)
{
    for (size_t ours = 0; ours < s->count; ours++) {
        if (!s->lines[ours].line.marked)
            continue;
        for (size_t i = 0; i < ours; i++)
            if (s->lines[i].level == s->lines[ours].level && decides_of(s, i, ours) &&
                s->lines[i].line.does.jump > between(s, i, ours))
                return &s->lines[i];
    }
    return NULL;
}

void
stack_free(struct stack *s)
{
    free(s->lines);
    *s = (struct stack){NULL, 0};
}
