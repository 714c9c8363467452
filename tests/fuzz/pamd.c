/*
 * PAM's service files. A line that is added comes out again without a trace, and a stack is
 * read and judged, its included files being the text itself.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "pamd/pamd.h"
#include "pamd/stack.h"

static void
walk(const char *text, size_t len)
{
    struct pamd_reader r;
    struct pamd_line line;
    struct err e = ERR_INIT;
    size_t at = 0;
    int rc;

    pamd_begin(&r, "sshd", text, len);
    while ((rc = pamd_next(&r, &line, &e)) != 0) {
        if (rc < 0) {
            fuzz_failed(&e);
            continue;
        }
        FUZZ_HOLDS(line.begin >= at && line.end > line.begin && line.end <= len);
        FUZZ_HOLDS(line.number > 0 && line.target[0] != '\0' && line.type <= PAMD_ANY);
        FUZZ_HOLDS(!line.marked || line.ours);
        at = line.end;
    }
    FUZZ_HOLDS(r.at == len);
}

static bool
same(const struct buf *b, const char *text, size_t len)
{
    return b->len == len && (len == 0 || memcmp(b->data, text, len) == 0);
}

static void
add_and_remove(const char *text, size_t len, enum pamd_type type)
{
    struct buf line, added, plain, again;
    unsigned by_hand = 0, there;

    buf_init(&line, PAMD_LINE_MAX);
    buf_init(&added, PAMD_TEXT_MAX + PAMD_LINE_MAX);
    buf_init(&plain, PAMD_TEXT_MAX + PAMD_LINE_MAX);
    buf_init(&again, PAMD_TEXT_MAX + PAMD_LINE_MAX);
    there = pamd_remove(text, len, &plain, &by_hand);
    FUZZ_HOLDS(there > 0 || same(&plain, text, len));
    pamd_compose(type, "debug", &line);
    pamd_add(buf_str(&plain), plain.len, buf_str(&line), &added);
    FUZZ_HOLDS(added.fault == ERR_OK && added.len > plain.len);
    /* Behind a line that is continued, or has no end, nothing can stand by itself. */
    if (pamd_remove(buf_str(&added), added.len, &again, &by_hand) == 1)
        FUZZ_HOLDS(same(&again, buf_str(&plain), plain.len));
    else
        FUZZ_HOLDS(plain.len > 0 && (memchr(plain.data, '\\', plain.len) != NULL ||
                                     memchr(plain.data, '\0', plain.len) != NULL));
    buf_free(&line);
    buf_free(&added);
    buf_free(&plain);
    buf_free(&again);
}

struct source {
    const char *text;
    size_t len;
    unsigned loads;
};

static int
load(void *arg, const char *name, struct buf *text, struct err *e)
{
    struct source *s = arg;

    FUZZ_HOLDS(name[0] != '\0');
    if (++s->loads > 4)
        return err_set(e, ERR_ABSENT, "%s: there is no such file", name);
    buf_add(text, s->text, s->len);
    return 0;
}

static void
read_stack(const char *text, size_t len, enum pamd_type type)
{
    struct source source = {text, len, 0};
    const struct stack_source from = {load, &source};
    struct err e = ERR_INIT;
    struct stack s;

    if (stack_read(&s, "sshd", type, text, len, &from, &e) != 0) {
        fuzz_failed(&e);
        FUZZ_HOLDS(s.count == 0);
    } else if (stack_judge(&s, "sshd", type, &e) != 0) {
        fuzz_failed(&e);
    } else {
        FUZZ_HOLDS(s.count > 0);
        (void)stack_ours(&s);
        (void)stack_shortcut(&s, s.count);
        (void)stack_counted(&s);
    }
    stack_free(&s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_string(data, size);

    if (size <= PAMD_TEXT_MAX) {
        walk(text, size);
        for (int type = PAMD_AUTH; type < PAMD_ANY; type++) {
            add_and_remove(text, size, (enum pamd_type)type);
            read_stack(text, size, (enum pamd_type)type);
        }
    }
    free(text);
    return 0;
}
