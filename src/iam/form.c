#include "iam/form.h"

#include <stdio.h>
#include <string.h>

#include "aws/query.h"

/* The characters of the model's [\w+=,.@-]+, in ASCII as IAM means it. */
#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+=,.@-"

struct form {
    struct secret *body;
    const struct action *row;
    bool unchecked;
    struct err *e;
};

static const void *
field(const struct iam_input *in, const struct action_member *m)
{
    return (const char *)in + m->offset;
}

static int
add_text(struct form *f, const struct action_member *m, const char *text, size_t len)
{
    if (text == NULL)
        return !m->required ? 0
                            : err_set(f->e, ERR_CONFIG, "%s: %s is missing", f->row->name, m->name);
    if (len < (size_t)m->min)
        return err_set(f->e, ERR_CONFIG, "%s: %s is empty", f->row->name, m->name);
    return query_add(f->body, m->name, text, len, f->e);
}

static int
add_name(struct form *f, const struct action_member *m, const char *name)
{
    if (f->unchecked)
        return add_text(f, m, name, name != NULL ? strlen(name) : 0);
    if (name != NULL && name[strspn(name, NAME_CHARACTERS)] != '\0')
        return err_set(f->e, ERR_CONFIG,
                       "%s: %s holds a character that IAM does not allow in names; it allows "
                       "letters, digits and _+=,.@-",
                       f->row->name, m->name);
    if (name != NULL && strlen(name) >= IAM_NAME_MAX)
        return err_set(f->e, ERR_CONFIG, "%s: %s has more than %d characters", f->row->name,
                       m->name, IAM_NAME_MAX - 1);
    return add_text(f, m, name, name != NULL ? strlen(name) : 0);
}

static int
add_int(struct form *f, const struct action_member *m, int value)
{
    char digits[16];

    if (value == IAM_INT_UNSET)
        return 0;
    if (value < m->min)
        return err_set(f->e, ERR_CONFIG, "%s: %s is %d; the least value is %d", f->row->name,
                       m->name, value, m->min);
    (void)snprintf(digits, sizeof(digits), "%d", value);
    return query_add(f->body, m->name, digits, strlen(digits), f->e);
}

static int
add_bool(struct form *f, const struct action_member *m, enum iam_bool value)
{
    const char *word = value == IAM_TRUE ? "true" : "false";

    return value == IAM_UNSET ? 0 : query_add(f->body, m->name, word, strlen(word), f->e);
}

static int
add_tags(struct form *f, const struct action_member *m, const struct iam_tag *tags, size_t count)
{
    if (count < (size_t)m->min || count > IAM_TAGS_MAX)
        return err_set(f->e, ERR_CONFIG, "%s: %zu tags given; IAM takes %d to %d", f->row->name,
                       count, m->min, IAM_TAGS_MAX);
    for (size_t i = 0; i < count; i++) {
        char name[64];

        if (tags[i].key[0] == '\0')
            return err_set(f->e, ERR_CONFIG, "%s: a tag has an empty key", f->row->name);
        (void)snprintf(name, sizeof(name), "%s.member.%zu.Key", m->name, i + 1);
        if (query_add(f->body, name, tags[i].key, strlen(tags[i].key), f->e) != 0)
            return -1;
        (void)snprintf(name, sizeof(name), "%s.member.%zu.Value", m->name, i + 1);
        if (query_add(f->body, name, tags[i].value, strlen(tags[i].value), f->e) != 0)
            return -1;
    }
    return 0;
}

static int
add_list(struct form *f, const struct action_member *m, const char *const *list)
{
    size_t n = 0;

    for (; list != NULL && list[n] != NULL; n++) {
        char name[64];

        (void)snprintf(name, sizeof(name), "%s.member.%zu", m->name, n + 1);
        if (query_add(f->body, name, list[n], strlen(list[n]), f->e) != 0)
            return -1;
    }
    return n >= (size_t)m->min
               ? 0
               : err_set(f->e, ERR_CONFIG, "%s: %s is empty", f->row->name, m->name);
}

static int
add_context(struct form *f, const struct action_member *m, const struct iam_context *context,
            size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct {
            const char *name, *value;
        } parts[] = {{"ContextKeyName", context[i].key},
                     {"ContextKeyValues.member.1", context[i].value},
                     {"ContextKeyType", context[i].boolean ? "boolean" : "string"}};

        for (size_t p = 0; p < sizeof(parts) / sizeof(parts[0]); p++) {
            char name[96];

            (void)snprintf(name, sizeof(name), "%s.member.%zu.%s", m->name, i + 1, parts[p].name);
            if (query_add(f->body, name, parts[p].value, strlen(parts[p].value), f->e) != 0)
                return -1;
        }
    }
    return 0;
}

static int
add_member(struct form *f, const struct action_member *m, const struct iam_input *in)
{
    const void *p = field(in, m);
    const struct secret *s;
    const char *text;

    switch (m->kind) {
    case ACTION_STRING:
        text = *(const char *const *)p;
        return add_text(f, m, text, text != NULL ? strlen(text) : 0);
    case ACTION_NAME:
        return add_name(f, m, *(const char *const *)p);
    case ACTION_SECRET:
        s = *(const struct secret *const *)p;
        return add_text(f, m, s != NULL ? secret_str(s) : NULL, s != NULL ? secret_len(s) : 0);
    case ACTION_BOOL:
        return add_bool(f, m, *(const enum iam_bool *)p);
    case ACTION_INT:
        return add_int(f, m, *(const int *)p);
    case ACTION_TAGS:
        return add_tags(f, m, in->tags, in->tag_count);
    case ACTION_LIST:
        return add_list(f, m, *(const char *const *const *)p);
    case ACTION_CONTEXT:
        return add_context(f, m, in->context, in->context_count);
    case ACTION_TIME:
    case ACTION_DECISIONS:
        break;
    }
    return err_set(f->e, ERR_CONFIG, "%s: %s belongs into answers only", f->row->name, m->name);
}

struct secret *
form_build(const struct action *row, const struct iam_input *in, struct err *e)
{
    struct form f = {query_begin(row->name, row->version, e), row, in->unchecked, e};

    if (f.body == NULL)
        return NULL;
    for (size_t i = 0; i < row->input_count; i++)
        if (add_member(&f, &row->input[i], in) != 0) {
            secret_free(f.body);
            return NULL;
        }
    return f.body;
}
