#include "aws/json.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/wipe.h"

struct json {
    json_t *object;
};

/* jansson descends recursively and allows 2,048 levels unless it was built with
 * another limit, so the ceiling is held before it sees the text. */
static bool
too_deep(const char *text, size_t len)
{
    unsigned depth = 0;
    bool quoted = false;

    for (size_t i = 0; i < len; i++) {
        char c = text[i];

        if (quoted) {
            if (c == '\\')
                i++;
            else if (c == '"')
                quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            if (++depth > JSON_DEPTH_MAX)
                return true;
        } else if ((c == '}' || c == ']') && depth > 0) {
            depth--;
        }
    }
    return false;
}

/* JSON has such numbers and such a character; here is no place for them. */
static const char *
beyond(const json_error_t *where)
{
    switch (json_error_code(where)) {
    case json_error_numeric_overflow:
        return " as it is read here, a number beyond 64 bits";
    case json_error_null_character:
        return " as it is read here, a character \\u0000";
    default:
        return "";
    }
}

static struct json *
parse(const char *text, size_t len, size_t flags, struct err *e)
{
    struct json *j = NULL;
    json_error_t where;
    json_t *v;

    if (len > JSON_TEXT_MAX || too_deep(text, len)) {
        err_set(e, ERR_LIMIT, "the JSON is longer than %d bytes or nested more than %d deep",
                JSON_TEXT_MAX, JSON_DEPTH_MAX);
        return NULL;
    }
    json_set_alloc_funcs(wipe_malloc, wipe_free);
    v = json_loadb(text, len, flags, &where);
    if (v == NULL)
        err_set(e, json_error_code(&where) == json_error_out_of_memory ? ERR_MEMORY : ERR_FORMAT,
                "not JSON%s: line %d, column %d", beyond(&where), where.line, where.column);
    else if (!json_is_object(v))
        err_set(e, ERR_FORMAT, "the JSON is not an object");
    else if ((j = malloc(sizeof(*j))) == NULL)
        err_set(e, ERR_MEMORY, "out of memory");
    /* jansson quotes the text near the fault in there. */
    explicit_bzero(&where, sizeof(where));
    if (j == NULL) {
        json_decref(v);
        return NULL;
    }
    j->object = v;
    return j;
}

struct json *
json_parse(const char *text, size_t len, struct err *e)
{
    return parse(text, len, JSON_REJECT_DUPLICATES, e);
}

struct json *
json_parse_last(const char *text, size_t len, struct err *e)
{
    return parse(text, len, 0, e);
}

void
json_free(struct json *j)
{
    if (j == NULL)
        return;
    json_decref(j->object);
    free(j);
}

struct secret *
json_member(const struct json *j, const char *key, struct err *e)
{
    json_t *v = json_object_get(j->object, key);
    char number[32];

    if (v == NULL || json_is_null(v)) {
        err_set(e, ERR_ABSENT, "%s is missing", key);
        return NULL;
    }
    if (json_is_string(v))
        return secret_from(json_string_value(v), json_string_length(v), e);
    if (json_is_integer(v)) {
        int n = snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT, json_integer_value(v));

        return secret_from(number, (size_t)n, e);
    }
    err_set(e, ERR_FORMAT, "%s is neither a string nor an integer", key);
    return NULL;
}

enum json_kind
json_kind_of(const struct json *j, const char *key)
{
    const json_t *v = json_object_get(j->object, key);

    if (v == NULL)
        return JSON_KIND_ABSENT;
    switch (json_typeof(v)) {
    case JSON_STRING:
        return JSON_KIND_STRING;
    case JSON_INTEGER:
        return JSON_KIND_INTEGER;
    case JSON_TRUE:
        return JSON_KIND_TRUE;
    case JSON_FALSE:
        return JSON_KIND_FALSE;
    default:
        return JSON_KIND_OTHER;
    }
}

const char *
json_key(const struct json *j, size_t at)
{
    void *i = json_object_iter(j->object);

    while (i != NULL && at-- > 0)
        i = json_object_iter_next(j->object, i);
    return i != NULL ? json_object_iter_key(i) : NULL;
}
