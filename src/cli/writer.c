#include "cli/writer.h"

#include <inttypes.h>

void
writer_begin(struct writer *w, struct buf *out)
{
    *w = (struct writer){out, 0, true};
}

static void
add_line(struct writer *w)
{
    buf_addf(w->out, "\n%*s", (int)w->depth * 4, "");
}

static void
add_quoted(struct writer *w, const char *text)
{
    buf_adds(w->out, "\"");
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;

        if (c == '"' || c == '\\')
            buf_addf(w->out, "\\%c", c);
        else if (c < 0x20)
            buf_addf(w->out, "\\u%04x", c);
        else
            buf_add(w->out, text, 1);
    }
    buf_adds(w->out, "\"");
}

/* What stands before a value. */
static void
add_key(struct writer *w, const char *key)
{
    if (!w->first)
        buf_adds(w->out, ",");
    if (w->depth > 0)
        add_line(w);
    w->first = false;
    if (key == NULL)
        return;
    add_quoted(w, key);
    buf_adds(w->out, ": ");
}

void
writer_open(struct writer *w, const char *key, char bracket)
{
    add_key(w, key);
    buf_add(w->out, &bracket, 1);
    w->depth++;
    w->first = true;
}

void
writer_close(struct writer *w, char bracket)
{
    w->depth--;
    if (!w->first)
        add_line(w);
    buf_add(w->out, &bracket, 1);
    w->first = false;
    if (w->depth == 0)
        buf_adds(w->out, "\n");
}

void
writer_text(struct writer *w, const char *key, const char *text)
{
    add_key(w, key);
    add_quoted(w, text);
}

void
writer_number(struct writer *w, const char *key, int64_t n)
{
    add_key(w, key);
    buf_addf(w->out, "%" PRId64, n);
}
