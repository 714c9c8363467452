#include "cli/finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/screen.h"

enum {
    AREA_WIDTH = 14,
    INDENT = 4 + 2 + AREA_WIDTH + 1,
    COUNT_MAX = 1000,
    LINE_MAX_BYTES = 1200
};

static const struct {
    const char *name, *colour;
} levels[] = {
    [WIRE_LEVEL_OK] = {"ok", "32"},
    [WIRE_LEVEL_NOTE] = {"note", "36"},
    [WIRE_LEVEL_WARN] = {"warn", "33"},
    [WIRE_LEVEL_FAIL] = {"fail", "1;31"},
};

static bool
known(const struct findings *f, const struct finding *one)
{
    for (size_t i = 0; i < f->count; i++)
        if (strcmp(f->list[i].area, one->area) == 0 && strcmp(f->list[i].what, one->what) == 0 &&
            strcmp(f->list[i].account, one->account) == 0)
            return true;
    return false;
}

void
finding_add_account(struct findings *f, enum wire_level level, const char *area,
                    const char *account, const char *sentence)
{
    const char *mend = level == WIRE_LEVEL_OK ? NULL : strstr(sentence, "; ");
    struct finding one = {.level = level}, *grown;

    text_clean(one.area, sizeof(one.area), area, strlen(area));
    text_clean(one.account, sizeof(one.account), account, strlen(account));
    text_clean(one.what, sizeof(one.what), sentence,
               mend != NULL ? (size_t)(mend - sentence) : strlen(sentence));
    if (mend != NULL)
        text_clean(one.mend, sizeof(one.mend), mend + 2, strlen(mend + 2));
    if (known(f, &one))
        return;
    grown = f->count < COUNT_MAX ? realloc(f->list, (f->count + 1) * sizeof(*grown)) : NULL;
    if (grown == NULL) {
        f->lost = true;
        return;
    }
    f->list = grown;
    f->list[f->count++] = one;
}

void
finding_add(struct findings *f, enum wire_level level, const char *area, const char *fmt, ...)
{
    char sentence[1024];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(sentence, sizeof(sentence), fmt, ap);
    va_end(ap);
    finding_add_account(f, level, area, "", sentence);
}

size_t
finding_count(const struct findings *f, enum wire_level level)
{
    size_t n = 0;

    for (size_t i = 0; i < f->count; i++)
        n += f->list[i].level == level;
    return n;
}

/* ---- on a screen ---------------------------------------------------------------------------- */

/* How much of text fits into `room` columns, to the last blank in it; a longer word stays whole:
 * people copy commands. Bytes count as columns. */
static size_t
fitting(const char *text, size_t room)
{
    size_t len = strlen(text), at = room;

    if (len <= room)
        return len;
    while (at > 0 && text[at] != ' ')
        at--;
    return at > 0 ? at : strcspn(text, " ");
}

static void
print_broken(const char *text, size_t columns)
{
    size_t room = columns > INDENT + 20 ? columns - INDENT : strlen(text);

    for (;;) {
        size_t n = fitting(text, room);

        (void)printf("%.*s\n", (int)n, text);
        text += n;
        while (*text == ' ')
            text++;
        if (*text == '\0')
            return;
        (void)printf("%*s", INDENT, "");
    }
}

static void
print_one(const struct finding *one, bool coloured, size_t columns)
{
    bool fine = one->level == WIRE_LEVEL_OK;
    char text[LINE_MAX_BYTES];
    const char *account = one->account;

    (void)snprintf(text, sizeof(text), "%s%s%s", account, account[0] != '\0' ? ": " : "",
                   one->what);
    if (fine && columns > INDENT + 1)
        screen_cut(text, columns - INDENT);
    (void)printf("%s%s%s%-4s%s  %-*s ", coloured ? "\033[" : "",
                 coloured ? levels[one->level].colour : "", coloured ? "m" : "",
                 levels[one->level].name, coloured ? "\033[0m" : "", AREA_WIDTH, one->area);
    print_broken(text, columns);
    if (one->mend[0] == '\0')
        return;
    (void)snprintf(text, sizeof(text), "-> %s", one->mend);
    (void)printf("%*s", INDENT, "");
    print_broken(text, columns);
}

void
finding_print(const struct findings *f, bool coloured, size_t columns)
{
    for (enum wire_level level = WIRE_LEVEL_OK; level <= WIRE_LEVEL_FAIL; level++)
        for (size_t i = 0; i < f->count; i++)
            if (f->list[i].level == level)
                print_one(&f->list[i], coloured, columns);
    if (f->lost)
        (void)printf("... and more, for which there was no room\n");
}

void
finding_write(const struct findings *f, struct writer *w, const char *key)
{
    writer_open(w, key, '[');
    for (size_t i = 0; i < f->count; i++) {
        const struct finding *one = &f->list[i];

        writer_open(w, NULL, '{');
        writer_text(w, "level", levels[one->level].name);
        writer_text(w, "area", one->area);
        if (one->account[0] != '\0')
            writer_text(w, "account", one->account);
        writer_text(w, "what", one->what);
        if (one->mend[0] != '\0')
            writer_text(w, "mend", one->mend);
        writer_close(w, '}');
    }
    writer_close(w, ']');
}

void
finding_free(struct findings *f)
{
    free(f->list);
    *f = (struct findings){NULL, 0, false};
}
