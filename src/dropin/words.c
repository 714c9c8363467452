#include "dropin/words.h"

#include <string.h>

#include "base/text.h"

/* A word, as the parser sees it. */
struct seen {
    char kind;                         /* 'A': no option, 'O': an option, '-': the first "--" */
    const struct words_option *option; /* NULL: not known here */
    char *attached;                    /* behind its "=" */
};

struct run {
    const struct words_parser *p;
    const struct words *in;
    struct words *rest;
    struct seen seen[WORDS_MAX + 1];
    bool placed; /* the word that is no option has had its turn */
    struct err *e;
};

/* ---- what a word is ------------------------------------------------------------------ */

/* argparse takes these for values, since no option of ours looks like one. */
static bool
is_negative_number(const char *word)
{
    size_t whole = strspn(word + 1, "0123456789");
    const char *dot = word + 1 + whole;

    if (*dot == '\0')
        return whole > 0;
    return *dot == '.' && dot[1] != '\0' && dot[1 + strspn(dot + 1, "0123456789")] == '\0';
}

static const struct words_option *
find(const struct words_parser *p, const char *name, size_t len)
{
    for (size_t i = 0; i < p->count; i++)
        if (strncmp(p->options[i].name, name, len) == 0 && p->options[i].name[len] == '\0')
            return &p->options[i];
    return NULL;
}

/* How many options begin so; *found is one of them. */
static size_t
find_beginning(const struct words_parser *p, const char *name, size_t len,
               const struct words_option **found)
{
    size_t count = 0;

    for (size_t i = 0; i < p->count; i++)
        if (!p->options[i].exact && strncmp(p->options[i].name, name, len) == 0) {
            *found = &p->options[i];
            count++;
        }
    return count;
}

static int
look(struct run *r, char *word, struct seen *s)
{
    char *equal = strchr(word, '=');
    size_t len = equal != NULL ? (size_t)(equal - word) : strlen(word), count = 0;

    *s = (struct seen){.kind = 'A'};
    if (word[0] != '-' || word[1] == '\0')
        return 0;
    s->kind = 'O';
    s->option = find(r->p, word, strlen(word));
    if (s->option != NULL)
        return 0;
    s->attached = equal != NULL ? equal + 1 : NULL;
    s->option = equal != NULL ? find(r->p, word, len) : NULL;
    if (s->option != NULL)
        return 0;
    if (word[1] == '-')
        count = find_beginning(r->p, word, len, &s->option);
    if (count > 1)
        return err_set(r->e, ERR_FORMAT, "%.*s may stand for several options; write more of it",
                       (int)(len < 40 ? len : 40), word);
    if (count == 0 && (is_negative_number(word) || strchr(word, ' ') != NULL))
        s->kind = 'A';
    return 0;
}

static int
look_at_all(struct run *r)
{
    bool open = true;

    for (size_t i = 0; i < r->in->count; i++) {
        r->seen[i] = (struct seen){.kind = 'A'};
        if (open && strcmp(r->in->word[i], "--") == 0) {
            r->seen[i].kind = '-';
            open = false;
        } else if (open && look(r, r->in->word[i], &r->seen[i]) != 0) {
            return -1;
        }
    }
    r->seen[r->in->count] = (struct seen){.kind = '\0'};
    return 0;
}

/* ---- taking words ---------------------------------------------------------------------- */

static void
leave(struct run *r, size_t at)
{
    r->rest->word[r->rest->count++] = r->in->word[at];
}

/* Take the word that is no option, and a "--" beside it. Returns where to go on. */
static size_t
take_place(struct run *r, size_t at)
{
    size_t i = at;
    bool dashes = r->seen[i].kind == '-';

    if (r->placed)
        return at;
    i += dashes;
    if (r->seen[i].kind == 'A')
        *r->p->to = r->in->word[i++];
    else if (r->p->place == WORDS_NEEDED)
        return at;
    r->placed = true;
    return i + (!dashes && r->seen[i].kind == '-');
}

static int
give(struct run *r, const struct words_option *o, const char *value)
{
    if (o->choices != NULL && !text_is_one_of(value, o->choices))
        return err_set(r->e, ERR_FORMAT, "%s takes one of %s", o->name, o->choices);
    *o->to = value;
    return 0;
}

/* Returns where to go on; 0: a fault. */
static size_t
take_option(struct run *r, size_t at)
{
    const struct seen *s = &r->seen[at];
    const struct words_option *o = s->option;
    const char *value = s->attached;
    size_t next = at + 1;

    if (o == NULL) {
        leave(r, at);
        return next;
    }
    if (o->arity == WORDS_FLAG && value != NULL) {
        err_set(r->e, ERR_FORMAT, "%s takes no value", o->name);
        return 0;
    }
    if (o->arity != WORDS_FLAG && value == NULL && r->seen[next].kind == 'A')
        value = r->in->word[next++];
    if (value == NULL && o->arity == WORDS_VALUE) {
        err_set(r->e, ERR_FORMAT,
                "%s needs a value; one that begins with a dash is written %s=VALUE", o->name,
                o->name);
        return 0;
    }
    if (value == NULL) {
        *o->to = o->flag;
        return next;
    }
    return give(r, o, value) == 0 ? next : 0;
}

int
words_parse(const struct words_parser *p, const struct words *in, struct words *rest, struct err *e)
{
    struct run r = {.p = p, .in = in, .rest = rest, .e = e};
    size_t last = 0, i = 0; /* behind the last option */

    rest->count = 0;
    if (look_at_all(&r) != 0)
        return -1;
    for (size_t k = 0; k < in->count; k++)
        if (r.seen[k].kind == 'O')
            last = k + 1;
    while (i < last) {
        size_t next = i;

        while (r.seen[next].kind != 'O')
            next++;
        if (i < next) {
            size_t after = take_place(&r, i);

            if (after > i) {
                i = after;
                continue;
            }
        }
        for (; i < next; i++)
            leave(&r, i);
        i = take_option(&r, i);
        if (i == 0)
            return -1;
    }
    for (i = take_place(&r, i); i < in->count; i++)
        leave(&r, i);
    if (p->place == WORDS_NEEDED && !r.placed)
        return err_set(e, ERR_FORMAT, "%s is missing", p->what);
    return 0;
}
