#include "pamd/pamd.h"

#include <stdio.h>
#include <string.h>

static const char *const type_names[] = {"auth", "account", "session", "password", "@include"};

/* A line on its way: what is left of it when comments and continuations are gone. */
struct joined {
    char text[PAMD_LINE_MAX + 1];
    size_t len;
    bool single; /* one line of the file */
};

void
pamd_begin(struct pamd_reader *r, const char *file, const char *text, size_t len)
{
    *r = (struct pamd_reader){file, text, len, 0, 0};
}

const char *
pamd_type_name(enum pamd_type type)
{
    return type_names[type];
}

static int
fault(const struct pamd_reader *r, unsigned number, struct err *e, const char *why)
{
    return err_set(e, ERR_FORMAT, "%s line %u %s; mend it first", r->file, number, why);
}

/* One line of the file, without its newline; the reader goes on behind it. */
static size_t
one_line(struct pamd_reader *r, const char **p)
{
    const char *newline = memchr(r->text + r->at, '\n', r->len - r->at);
    size_t n;

    *p = r->text + r->at;
    n = newline != NULL ? (size_t)(newline - *p) : r->len - r->at;
    r->at += newline != NULL ? n + 1 : n;
    r->number++;
    return n;
}

static bool
blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

/* Is there nothing to read in the line? */
static bool
idle(const char *p, size_t n)
{
    while (n > 0 && blank(*p)) {
        p++;
        n--;
    }
    return n == 0 || *p == '#';
}

/* Take what counts of p[0..n). Returns whether the next line belongs to it: a comment
 * ends a line even where a backslash stands behind it. */
static bool
take(struct joined *j, const char *p, size_t n)
{
    const char *comment = memchr(p, '#', n);
    size_t kept = n;
    bool more;

    if (comment != NULL)
        n = kept = (size_t)(comment - p);
    while (n > 0 && blank(p[n - 1]))
        n--;
    more = comment == NULL && n > 0 && p[n - 1] == '\\';
    if (more)
        kept = n - 1;
    memcpy(j->text + j->len, p, kept);
    j->len += kept;
    if (more)
        j->text[j->len++] = ' ';
    j->text[j->len] = '\0';
    return more;
}

/* Join the lines that libpam joins. 1, 0, -1 as pamd_next. */
static int
join(struct pamd_reader *r, struct pamd_line *line, struct joined *j, struct err *e)
{
    bool more = false;

    while (r->at < r->len) {
        const char *p = NULL;
        size_t begin = r->at, n = one_line(r, &p);

        if (idle(p, n)) {
            /* libpam before 1.6 goes on with the line below, later ones end it here. */
            if (more)
                return fault(r, r->number, e, "is empty, but the one above is continued");
            continue;
        }
        if (!more) {
            line->begin = begin;
            line->number = r->number;
        }
        if (memchr(p, '\0', n) != NULL)
            return fault(r, r->number, e, "holds a NUL byte");
        if (j->len + n + 1 > PAMD_LINE_MAX)
            return fault(r, r->number, e, "is too long for libpam");
        j->single = !more;
        more = take(j, p, n);
        if (!more) {
            line->end = r->at;
            return 1;
        }
    }
    return more ? fault(r, r->number, e, "is continued, but nothing follows") : 0;
}

/* The next word, NULL at the end; "[...]" is one, without its brackets. */
static char *
word(char **at)
{
    char *p = *at, *end;

    while (blank(*p))
        p++;
    if (*p == '\0')
        return NULL;
    if (*p == '[') {
        p++;
        for (end = p; *end != '\0' && *end != ']'; end++)
            if (end[0] == '\\' && end[1] == ']')
                end++;
    } else {
        for (end = p; *end != '\0' && !blank(*end); end++)
            continue;
    }
    *at = *end != '\0' ? end + 1 : end;
    *end = '\0';
    return p;
}

static int
read_type(const struct pamd_reader *r, struct pamd_line *line, const char *w, struct err *e)
{
    if (*w == '-')
        w++;
    for (int i = PAMD_AUTH; i <= PAMD_ANY; i++)
        if (strcasecmp(w, type_names[i]) == 0) {
            line->type = (enum pamd_type)i;
            return 0;
        }
    return fault(r, line->number, e, "does not begin with auth, account, session or password");
}

static int
read_words(const struct pamd_reader *r, struct pamd_line *line, char *text, struct err *e)
{
    char *control = NULL, *target, *at = text;
    const char *name;

    if (read_type(r, line, word(&at), e) != 0)
        return -1;
    line->kind = PAMD_INCLUDE;
    if (line->type != PAMD_ANY) {
        control = word(&at);
        if (control == NULL)
            return fault(r, line->number, e, "has no control such as required");
        (void)snprintf(line->control, sizeof(line->control), "%s", control);
        if (strcasecmp(control, "substack") == 0)
            line->kind = PAMD_SUBSTACK;
        else if (strcasecmp(control, "include") != 0)
            line->kind = PAMD_CALL;
    }
    if (line->kind == PAMD_CALL && control_read(control, &line->does) != 0)
        return fault(r, line->number, e, "has a control that libpam does not know");
    target = word(&at);
    if (target == NULL || *target == '\0')
        return fault(r, line->number, e, "names neither a module nor a file");
    if ((size_t)snprintf(line->target, sizeof(line->target), "%s", target) >= sizeof(line->target))
        return fault(r, line->number, e, "names a module or file with too long a name");
    (void)snprintf(line->arguments, sizeof(line->arguments), "%s", at + strspn(at, " \t"));
    name = strrchr(target, '/');
    line->ours =
        line->kind == PAMD_CALL && strcmp(name != NULL ? name + 1 : target, PAMD_MODULE) == 0;
    return 0;
}

/* Do the bytes end with the words, but for blanks? */
static bool
ends_with(const char *p, size_t n, const char *words)
{
    size_t len = strlen(words);

    while (n > 0 && blank(p[n - 1]))
        n--;
    return n > len && memcmp(p + n - len, words, len) == 0;
}

static bool
marked(const struct pamd_reader *r, const struct pamd_line *line)
{
    const char *p = r->text + line->begin;
    size_t n = line->end - line->begin;

    return ends_with(p, n, PAMD_MARK) || ends_with(p, n, PAMD_MARK PAMD_ABOVE);
}

int
pamd_next(struct pamd_reader *r, struct pamd_line *line, struct err *e)
{
    struct joined j = {"", 0, true};
    int rc;

    memset(line, 0, sizeof(*line));
    rc = join(r, line, &j, e);
    if (rc != 1)
        return rc;
    if (read_words(r, line, j.text, e) != 0)
        return -1;
    line->marked = line->ours && j.single && marked(r, line);
    return 1;
}

void
pamd_argument(const struct pamd_line *line, const char *name, char *out, size_t size)
{
    size_t n = strlen(name);
    char text[sizeof(line->arguments)], *at = text;

    out[0] = '\0';
    memcpy(text, line->arguments, sizeof(text));
    for (const char *w; (w = word(&at)) != NULL;)
        if (strncmp(w, name, n) == 0 && w[n] == '=')
            (void)snprintf(out, size, "%s", w + n + 1);
}

void
pamd_compose(enum pamd_type type, const char *argument, struct buf *out)
{
    buf_addf(out, "-%s optional " PAMD_MODULE " %s%s" PAMD_MARK, type_names[type],
             argument != NULL ? argument : "", argument != NULL ? " " : "");
}

void
pamd_add(const char *text, size_t len, const char *line, struct buf *out)
{
    bool newline = len > 0 && text[len - 1] != '\n';

    buf_add(out, text, len);
    buf_addf(out, "%s%s%s\n", newline ? "\n" : "", line, newline ? PAMD_ABOVE : "");
}

/* The first of the reader's lines that names our module where libpam may take it for one, in
 * what pamd_next could not read; 0: none. */
static unsigned
named(struct pamd_reader *r)
{
    while (r->at < r->len) {
        const char *p = NULL, *comment;
        size_t n = one_line(r, &p);

        comment = memchr(p, '#', n);
        if (memmem(p, comment != NULL ? (size_t)(comment - p) : n, PAMD_MODULE,
                   strlen(PAMD_MODULE)) != NULL)
            return r->number;
    }
    return 0;
}

/* As pamd_next. *number: of the line that calls our module; 0: this one does not. */
static int
next_call(struct pamd_reader *r, struct pamd_line *line, unsigned *number)
{
    struct pamd_reader skipped = *r;
    int rc = pamd_next(r, line, NULL);

    skipped.len = r->at;
    *number = rc < 0 ? named(&skipped) : line->ours ? line->number : 0;
    return rc;
}

unsigned
pamd_calls(const char *text, size_t len)
{
    struct pamd_reader r;
    struct pamd_line line;
    unsigned number = 0;

    pamd_begin(&r, "", text, len);
    while (next_call(&r, &line, &number) != 0 && number == 0)
        continue;
    return number;
}

/* Append what stays. A newline of ours is owed to it until something follows. */
static void
keep(struct buf *out, const char *p, size_t n, bool *owed)
{
    if (n > 0 && *owed) {
        buf_adds(out, "\n");
        *owed = false;
    }
    buf_add(out, p, n);
}

unsigned
pamd_remove(const char *text, size_t len, struct buf *out, unsigned *by_hand)
{
    struct pamd_reader r;
    struct pamd_line line;
    unsigned removed = 0, number = 0;
    size_t done = 0;
    bool owed = false, above;

    *by_hand = 0;
    pamd_begin(&r, "", text, len);
    while (next_call(&r, &line, &number) != 0) {
        if (!line.marked) {
            *by_hand = *by_hand != 0 ? *by_hand : number;
            continue;
        }
        above = line.begin > done &&
                ends_with(text + line.begin, line.end - line.begin, PAMD_MARK PAMD_ABOVE);
        keep(out, text + done, line.begin - above - done, &owed);
        owed = owed || above;
        done = line.end;
        removed++;
    }
    keep(out, text + done, len - done, &owed);
    return removed;
}
