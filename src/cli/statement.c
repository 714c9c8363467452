#include "cli/statement.h"

#include <stdio.h>
#include <string.h>

enum {
    SID_SIZE = 32
};

void
statement_escape(char *out, size_t size, const char *text)
{
    size_t len = 0;

    for (; *text != '\0' && len + sizeof("${*}") <= size; text++) {
        bool special = strchr("*?$", *text) != NULL;

        len += (size_t)snprintf(out + len, size - len, special ? "${%c}" : "%c", *text);
    }
    out[len] = '\0';
}

void
statement_list(struct writer *w, const char *key, const char *const *words)
{
    if (words[1] == NULL) {
        writer_text(w, key, words[0]);
        return;
    }
    writer_open(w, key, '[');
    for (; *words != NULL; words++)
        writer_text(w, NULL, *words);
    writer_close(w, ']');
}

void
statement_open_policy(struct writer *w, const char *key)
{
    writer_open(w, key, '{');
    writer_text(w, "Version", "2012-10-17");
    writer_open(w, "Statement", '[');
}

void
statement_close_policy(struct writer *w)
{
    writer_close(w, ']');
    writer_close(w, '}');
}

void
statement_open(struct writer *w, const char *sid, size_t number)
{
    char unique[SID_SIZE];

    if (number > 0)
        (void)snprintf(unique, sizeof(unique), "%s%zu", sid, number + 1);
    else
        (void)snprintf(unique, sizeof(unique), "%s", sid);
    writer_open(w, NULL, '{');
    writer_text(w, "Sid", unique);
    writer_text(w, "Effect", "Allow");
}

void
statement_open_condition(struct writer *w, const char *operator)
{
    writer_open(w, "Condition", '{');
    writer_open(w, operator, '{');
}

void
statement_close_condition(struct writer *w)
{
    writer_close(w, '}');
    writer_close(w, '}');
}
