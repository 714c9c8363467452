/*
 * The drop-in command: one word of its command line a line, and behind an empty line the
 * document of --cli-input-json. What is taken makes a request that AWS's parser reads back.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "dropin/input.h"
#include "dropin/words.h"
#include "fuzz.h"
#include "iam/form.h"

/* The words are the lines of `text`; returns the document behind them, or NULL. */
static char *
split(char *text, struct words *w)
{
    char *line = text;

    w->count = 0;
    while (line != NULL && *line != '\0' && *line != '\n' && w->count + 1 < WORDS_MAX) {
        char *end = strchr(line, '\n');

        if (end != NULL)
            *end++ = '\0';
        w->word[w->count++] = line;
        line = end;
    }
    return line != NULL && *line == '\n' ? line + 1 : NULL;
}

/* Would it read a file of this host? */
static bool
names_file(const struct words *w)
{
    for (size_t i = 0; i < w->count; i++)
        if (strstr(w->word[i], "file") != NULL)
            return true;
    return false;
}

/* A form (application/x-www-form-urlencoded): names and values of unreserved characters. */
static void
check_form(const struct input *i, const struct order *o)
{
    struct err e = ERR_INIT;
    struct secret *form = form_build(o->row, &i->in, &e);

    if (form == NULL) {
        fuzz_failed(&e);
        return;
    }
    FUZZ_HOLDS(strncmp(secret_str(form), "Action=", 7) == 0);
    for (const char *p = secret_str(form); *p != '\0'; p++)
        FUZZ_HOLDS(isalnum((unsigned char)*p) || strchr("-._~%&=", *p) != NULL);
    FUZZ_HOLDS(strlen(secret_str(form)) == secret_len(form));
    secret_free(form);
}

static void
take(const struct order *o)
{
    struct err e = ERR_INIT;
    struct input i;

    if (input_take(&i, o, &e) != 0 || input_check(&i, o, &e) != 0)
        fuzz_failed(&e);
    else
        check_form(&i, o);
    input_free(&i);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char option[] = "--cli-input-json";
    char *text = fuzz_string(data, size), *document = NULL;
    struct err e = ERR_INIT;
    struct words w;
    struct order o;

    document = split(text, &w);
    if (names_file(&w) || (document != NULL && strstr(document, "file") != NULL))
        goto out;
    if (document != NULL && w.count + 2 < WORDS_MAX) {
        w.word[w.count++] = option;
        w.word[w.count++] = document;
    }
    if (order_parse(&w, &o, &e) != 0)
        fuzz_failed(&e);
    else if (o.version == NULL && o.help == NULL)
        take(&o);
out:
    free(text);
    return 0;
}
