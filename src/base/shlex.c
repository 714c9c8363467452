#include "base/shlex.h"

#include <stdbool.h>

static bool
blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

int
shlex_word(const char **at, const char *end, char *word, size_t size)
{
    const char *p = *at;
    char quote = '\0';
    size_t len = 0;

    while (p < end && blank(*p))
        p++;
    if (p == end)
        return 0;
    for (; p < end && (quote != '\0' || !blank(*p)); p++) {
        if (quote == '\0' && (*p == '"' || *p == '\'')) {
            quote = *p;
            continue;
        }
        if (*p == quote) {
            quote = '\0';
            continue;
        }
        if (*p == '\\' && quote != '\'') {
            if (p + 1 == end)
                return -1;
            /* Between double quotes a backslash stands for itself before any other character. */
            if (quote == '\0' || p[1] == '"' || p[1] == '\\')
                p++;
        }
        if (len + 1 >= size)
            return -1;
        word[len++] = *p;
    }
    if (quote != '\0' || len >= size)
        return -1;
    word[len] = '\0';
    *at = p;
    return 1;
}
