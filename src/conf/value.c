#include "conf/value.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "conf/ere.h"
#include "conf/map.h"

#define TAG_KEY_MAX   128 /* characters; IAM's limits for tags */
#define TAG_VALUE_MAX 256

static const char blanks[] = " \t";

static int
no_memory(struct err *e)
{
    return err_set(e, ERR_MEMORY, "out of memory");
}

/* Characters of a UTF-8 string. */
static size_t
characters(const char *s)
{
    size_t n = 0;

    for (; *s != '\0'; s++)
        n += ((unsigned char)*s & 0xc0) != 0x80;
    return n;
}

int
value_string(const char *text, size_t len, char **field, struct err *e)
{
    char *copy = strndup(text, len);

    if (copy == NULL)
        return no_memory(e);
    free(*field);
    *field = copy;
    return 0;
}

int
value_bool(const char *text, bool *field, struct err *e)
{
    if (strcmp(text, "yes") != 0 && strcmp(text, "no") != 0)
        return err_set(e, ERR_CONFIG, "neither yes nor no; write one of them");
    *field = text[0] == 'y';
    return 0;
}

/* Leading digits as a number, at most INT64_MAX; the rest of the text in *rest. */
static int64_t
leading_number(const char *text, const char **rest)
{
    int64_t n = 0;

    for (; isdigit((unsigned char)*text); text++)
        n = n > (INT64_MAX - 9) / 10 ? INT64_MAX : n * 10 + (*text - '0');
    *rest = text;
    return n;
}

int
value_number(const char *text, struct value_range range, unsigned *field, struct err *e)
{
    const char *rest = NULL;
    int64_t n = leading_number(text, &rest);

    if (rest == text || *rest != '\0')
        return err_set(e, ERR_CONFIG, "not a whole number; write digits only");
    if (n < range.min || n > range.max)
        return err_set(e, ERR_CONFIG, "out of range; write a number from %lld to %lld",
                       (long long)range.min, (long long)range.max);
    *field = (unsigned)n;
    return 0;
}

static const struct unit {
    char letter;
    int64_t seconds;
} units[] = {{'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}};

#define UNIT_COUNT (sizeof(units) / sizeof(units[0]))

/* A duration as an administrator would write it. */
static void
add_duration(struct buf *out, int64_t seconds)
{
    size_t u = 0;

    while (seconds % units[u].seconds != 0)
        u++;
    buf_addf(out, "%lld%c", (long long)(seconds / units[u].seconds), units[u].letter);
}

int
value_duration(const char *text, struct value_range range, bool none, int64_t *field, struct err *e)
{
    const char *rest = NULL;
    int64_t n = leading_number(text, &rest);
    struct buf limits;
    size_t u = 0;

    if (none && strcmp(text, "none") == 0) {
        *field = 0;
        return 0;
    }
    while (u < UNIT_COUNT && (*rest == '\0' || units[u].letter != *rest))
        u++;
    if (rest == text || u == UNIT_COUNT || rest[1] != '\0')
        return err_set(e, ERR_CONFIG,
                       "not a duration; write a number and one of s, m, h, d, such as 24h%s",
                       none ? ", or none" : "");
    if (n <= range.max / units[u].seconds && n * units[u].seconds >= range.min) {
        *field = n * units[u].seconds;
        return 0;
    }
    buf_init(&limits, 64);
    add_duration(&limits, range.min);
    buf_adds(&limits, " to ");
    add_duration(&limits, range.max);
    err_set(e, ERR_CONFIG, "out of range; write a duration from %s%s", buf_str(&limits),
            none ? ", or none" : "");
    buf_free(&limits);
    return -1;
}

/* The words that may be written, for a sentence. */
static void
add_words(struct buf *out, const struct value_word *words)
{
    for (const struct value_word *w = words; w->word != NULL; w++)
        buf_addf(out, "%s%s", out->len > 0 ? ", " : "", w->word);
}

int
value_word(const char *text, const struct value_word *words, void *field, struct err *e)
{
    const struct value_word *w = words;
    struct buf known;

    while (w->word != NULL && strcmp(text, w->word) != 0)
        w++;
    if (w->word != NULL) {
        memcpy(field, &w->value, sizeof(w->value));
        return 0;
    }
    buf_init(&known, ERR_MSG_MAX);
    add_words(&known, words);
    err_set(e, ERR_CONFIG, "an unknown word; write one of %s", buf_str(&known));
    buf_free(&known);
    return -1;
}

void
value_list_free(struct conf_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->words[i]);
    free(list->words);
    *list = (struct conf_list){.words = NULL};
}

int
value_list(const char *text, struct conf_list *field, struct err *e)
{
    struct conf_list list = {.words = NULL};
    size_t most = 1;

    for (const char *p = text; *p != '\0'; p++)
        most += *p == ',';
    list.words = calloc(most + 1, sizeof(*list.words));
    if (list.words == NULL)
        return no_memory(e);
    for (const char *p = text; *text != '\0'; p++) {
        size_t len;

        p += strspn(p, blanks);
        len = strcspn(p, ",");
        while (len > 0 && strchr(blanks, p[len - 1]) != NULL)
            len--;
        if (len == 0) {
            err_set(e, ERR_CONFIG, "a comma with nothing beside it; write word, word, word");
            goto fail;
        }
        if (value_string(p, len, &list.words[list.count], e) != 0)
            goto fail;
        list.count++;
        p += strcspn(p, ",");
        if (*p == '\0')
            break;
    }
    value_list_free(field);
    *field = list;
    return 0;
fail:
    value_list_free(&list);
    return -1;
}

int
value_path(const char *text, char **field, struct err *e)
{
    if (text[0] != '/' || text[1] == '\0')
        return err_set(e, ERR_CONFIG,
                       "not the absolute path of a file; write one that begins "
                       "with / (~ and variables are not expanded)");
    return value_string(text, strlen(text), field, e);
}

int
value_form(const char *text, const struct value_form *form, struct value_range range, char **field,
           struct err *e)
{
    size_t len = characters(text);
    regex_t re;
    int rc;

    if (len < (size_t)range.min || len > (size_t)range.max)
        return err_set(e, ERR_CONFIG, "%zu characters long; write %lld to %lld, %s", len,
                       (long long)range.min, (long long)range.max, form->mend);
    if (regcomp(&re, form->ere, REG_EXTENDED | REG_NOSUB) != 0)
        return no_memory(e);
    rc = regexec(&re, text, 0, NULL, 0);
    regfree(&re);
    if (rc != 0)
        return err_set(e, ERR_CONFIG, "not of the form it needs; write %s", form->mend);
    return value_string(text, strlen(text), field, e);
}

int
value_tag(const char *text, char **key, char **value, struct err *e)
{
    const char *equals = strchr(text, '=');
    char *new_key = NULL;

    if (equals == NULL || equals == text)
        return err_set(e, ERR_CONFIG, "not a tag; write KEY=VALUE, such as iamlp:state=pending");
    if (value_string(text, (size_t)(equals - text), &new_key, e) != 0)
        return -1;
    if (characters(new_key) > TAG_KEY_MAX || characters(equals + 1) > TAG_VALUE_MAX) {
        err_set(e, ERR_CONFIG,
                "longer than IAM's tags; keep the key to %d and the value to %d "
                "characters",
                TAG_KEY_MAX, TAG_VALUE_MAX);
        goto fail;
    }
    if (value_string(equals + 1, strlen(equals + 1), value, e) != 0)
        goto fail;
    free(*key);
    *key = new_key;
    return 0;
fail:
    free(new_key);
    return -1;
}

int
value_match(const char *text, regex_t *field, bool *has, struct err *e)
{
    char reason[128];
    struct buf whole;
    regex_t re;
    int rc;

    /* The number of a back-reference would be off by the one group that is put around here. */
    if (ere_check(text, e) != 0)
        return -1;
    buf_init(&whole, CONF_LINE_MAX + 8);
    buf_addf(&whole, "^(%s)$", text);
    rc = buf_check(&whole, "match", e);
    if (rc != 0)
        goto out;
    rc = regcomp(&re, buf_str(&whole), REG_EXTENDED);
    if (rc == REG_ESPACE)
        rc = no_memory(e);
    else if (rc != 0) {
        (void)regerror(rc, &re, reason, sizeof(reason));
        rc =
            err_set(e, ERR_CONFIG, "not a valid extended regular expression (%s); mend it", reason);
    }
    if (rc != 0)
        goto out;
    if (*has)
        regfree(field);
    *field = re;
    *has = true;
out:
    buf_free(&whole);
    return rc;
}

bool
value_iam_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("_+=,.@-", c) != NULL);
}

int
value_iam_user(const char *text, char **account, char **iam_user, struct err *e)
{
    const char *colon = strchr(text, ':'), *user = colon != NULL ? colon + 1 : text;
    size_t len = 0;

    while (value_iam_char(user[len]))
        len++;
    if (user[len] != '\0')
        return err_set(e, ERR_CONFIG,
                       "a character that IAM's user names cannot hold; use letters, "
                       "digits and _ + = , . @ -");
    if (len > MAP_IAM_USER_MAX)
        return err_set(e, ERR_CONFIG, "%zu characters long; IAM's user names have at most %d", len,
                       MAP_IAM_USER_MAX);
    if (colon != NULL && (colon == text || len == 0))
        return err_set(e, ERR_CONFIG,
                       "nothing on one side of the ':'; write ACCOUNT:IAM_USER, or "
                       "nothing at all for a user who is never served");
    if (value_string(text, colon != NULL ? (size_t)(colon - text) : 0, account, e) != 0)
        return -1;
    return value_string(user, len, iam_user, e);
}
