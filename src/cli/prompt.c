#include "cli/prompt.h"

#include <string.h>
#include <unistd.h>

#include "base/text.h"

enum {
    TRIES = 3,
    CHARS_MAX = 128 /* IAM's own limit, in characters of UTF-8 */
};

/* Why this line can be no password; NULL where it can. `other` is room for a copy. */
static const char *
unfit(const struct secret *line, struct secret *other)
{
    const char *s = secret_str(line);
    size_t len = secret_len(line), chars = 0;
    bool clean;
    char *copy;

    secret_truncate(other, 0);
    copy = secret_extend(other, len, NULL);
    if (copy == NULL)
        return "Out of memory.";
    text_clean(copy, len + 1, s, len);
    clean = strlen(copy) == len && memcmp(copy, s, len) == 0;
    secret_truncate(other, 0);
    for (size_t i = 0; i < len; i++)
        chars += ((unsigned char)s[i] & 0xc0) != 0x80;
    if (len == 0)
        return "Nothing was typed.";
    if (!clean)
        return "That holds a control character, or bytes that are not UTF-8.";
    if (chars > CHARS_MAX)
        return "That is longer than the 128 characters that AWS allows.";
    return NULL;
}

enum term_event
prompt_password(struct term *t, struct secret **password)
{
    struct secret *one = secret_new(TERM_LINE_MAX, NULL), *two = secret_new(TERM_LINE_MAX, NULL);
    enum term_event event = TERM_EOF;
    const char *wrong = "";

    *password = NULL;
    if (one == NULL || two == NULL)
        goto out;
    for (int i = 0; i < TRIES && wrong != NULL; i++) {
        event = term_ask(t, "New console password, not shown: ", true, one);
        if (event != TERM_LINE)
            goto out;
        wrong = unfit(one, two);
        if (wrong == NULL) {
            event = term_ask(t, "The same again: ", true, two);
            if (event != TERM_LINE)
                goto out;
            if (secret_len(one) != secret_len(two) ||
                memcmp(secret_str(one), secret_str(two), secret_len(one)) != 0)
                wrong = "The two are not the same.";
        }
        if (wrong != NULL)
            term_say(STDOUT_FILENO, wrong);
    }
    if (wrong == NULL) {
        *password = one;
        one = NULL;
    }
out:
    secret_free(one);
    secret_free(two);
    return event;
}
