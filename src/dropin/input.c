#include "dropin/input.h"

#include <stdio.h>
#include <string.h>

#include "aws/json.h"
#include "dropin/param.h"

static void *
field(struct input *i, const struct action_member *m)
{
    return (char *)&i->in + m->offset;
}

static void
set_text(struct input *i, size_t at, const struct action_member *m, struct secret *value)
{
    secret_free(i->text[at]);
    i->text[at] = value;
    i->given[at] = true;
    if (m->kind == ACTION_SECRET)
        *(const struct secret **)field(i, m) = value;
    else
        *(const char **)field(i, m) = secret_str(value);
}

void
input_set(struct input *i, const struct order *o, const struct action_member *m,
          struct secret *value)
{
    set_text(i, (size_t)(m - o->row->input), m, value);
}

/* ---- the command line ----------------------------------------------------------------- */

static int
take_number(struct input *i, size_t at, const struct action_member *m, struct param *p,
            struct err *e)
{
    int rc = param_number(secret_str(p->value), field(i, m));

    secret_free(p->value);
    i->given[at] = true;
    return rc == 0 ? 0 : err_set(e, ERR_CONFIG, "%s takes a whole number", i->name[at]);
}

static int
take_text(struct input *i, size_t at, const struct action_member *m, struct param *p, struct err *e)
{
    size_t len = secret_len(p->value);

    /* A NUL would end what is sent. */
    if (p->bytes || strlen(secret_str(p->value)) != len) {
        secret_free(p->value);
        return err_set(e, ERR_FORMAT, "%s takes a text, and fileb:// gives bytes; write file://",
                       i->name[at]);
    }
    if (m->kind == ACTION_SECRET && p->file && len > 0 && secret_str(p->value)[len - 1] == '\n')
        (void)fprintf(
            stderr,
            "iamlp: the file of %s ends in a line end, which is sent as part of the "
            "password, as the AWS CLI does%s\n",
            i->name[at],
            strcmp(i->name[at], "--password") == 0 ? "; --password-file PATH takes one away" : "");
    set_text(i, at, m, p->value);
    return 0;
}

static int
take_word(struct input *i, size_t at, const struct action_member *m, const char *word,
          struct err *e)
{
    struct param p;

    if (m->kind == ACTION_BOOL) {
        *(enum iam_bool *)field(i, m) = strcmp(word, "true") == 0 ? IAM_TRUE : IAM_FALSE;
        i->given[at] = true;
        return 0;
    }
    if (param_load(i->name[at], word, &p, e) != 0)
        return -1;
    return m->kind == ACTION_INT ? take_number(i, at, m, &p, e) : take_text(i, at, m, &p, e);
}

/* ---- the document ------------------------------------------------------------------------ */

static int
wrong_type(const struct action_member *m, const char *wanted, struct err *e)
{
    return err_set(e, ERR_FORMAT, "--cli-input-json: %s has to be %s", m->name, wanted);
}

static int
take_member(struct input *i, size_t at, const struct action_member *m, const struct json *j,
            struct err *e)
{
    enum json_kind kind = json_kind_of(j, m->name);
    struct secret *value = NULL;
    int rc = 0;

    i->given[at] = true;
    if (m->kind == ACTION_BOOL) {
        *(enum iam_bool *)field(i, m) = kind == JSON_KIND_TRUE ? IAM_TRUE : IAM_FALSE;
        return kind == JSON_KIND_TRUE || kind == JSON_KIND_FALSE
                   ? 0
                   : wrong_type(m, "true or false", e);
    }
    if (m->kind == ACTION_INT && kind != JSON_KIND_INTEGER)
        return wrong_type(m, "a whole number", e);
    if (m->kind != ACTION_INT && kind != JSON_KIND_STRING)
        return wrong_type(m, "a string", e);
    value = json_member(j, m->name, e);
    if (value == NULL)
        return -1;
    if (m->kind != ACTION_INT) {
        set_text(i, at, m, value);
        return 0;
    }
    rc = param_number(secret_str(value), field(i, m));
    secret_free(value);
    return rc == 0 ? 0 : wrong_type(m, "a whole number", e);
}

static int
take_document(struct input *i, const struct order *o, const struct json *j, struct err *e)
{
    const char *key;

    /* The AWS CLI looks at nothing where there is nothing to be given. */
    for (size_t k = 0; o->row->input_count > 0 && (key = json_key(j, k)) != NULL; k++) {
        size_t at = 0;

        while (at < o->row->input_count && strcmp(o->row->input[at].name, key) != 0)
            at++;
        if (at == o->row->input_count)
            return err_set(e, ERR_FORMAT,
                           "--cli-input-json: %s has no parameter of the name of "
                           "member %zu; names keep their case",
                           o->row->name, k + 1);
        if (!i->given[at] && take_member(i, at, &o->row->input[at], j, e) != 0)
            return -1;
    }
    return 0;
}

static int
take_json(struct input *i, const struct order *o, struct err *e)
{
    const char *text;
    struct json *j = NULL;
    struct param p;
    size_t mark = 0;
    int rc = -1;

    if (param_load("--cli-input-json", o->input_json, &p, e) != 0)
        return -1;
    text = secret_str(p.value);
    /* Python drops the mark of UTF-8 from bytes alone. */
    if (p.bytes && strncmp(text, "\xef\xbb\xbf", 3) == 0)
        mark = 3;
    j = json_parse_last(text + mark, secret_len(p.value) - mark, e);
    if (j == NULL)
        (void)err_wrap(e, "--cli-input-json");
    /* The skeleton is printed whatever a well-formed document says. */
    else if (o->skeleton != NULL && strcmp(o->skeleton, "input") == 0)
        rc = 0;
    else
        rc = take_document(i, o, j, e);
    json_free(j);
    secret_free(p.value);
    return rc;
}

/* ---- all of it ----------------------------------------------------------------------------- */

int
input_take(struct input *i, const struct order *o, struct err *e)
{
    memset(i, 0, sizeof(*i));
    iam_input_init(&i->in);
    i->in.unchecked = true;
    for (size_t at = 0; at < o->row->input_count; at++) {
        const struct action_member *m = &o->row->input[at];

        order_option(m, false, i->name[at]);
        /* A password may come in other ways. */
        if (m->required && o->member[at] == NULL && !o->lenient && m->kind != ACTION_SECRET)
            return err_set(e, ERR_FORMAT, "%s is required", i->name[at]);
    }
    for (size_t at = 0; at < o->row->input_count; at++)
        if (o->member[at] != NULL && take_word(i, at, &o->row->input[at], o->member[at], e) != 0)
            return -1;
    return o->input_json != NULL ? take_json(i, o, e) : 0;
}

static int
check_member(const struct input *i, size_t at, const struct action_member *m, struct err *e)
{
    const void *p = (const char *)&i->in + m->offset;

    if (!i->given[at])
        return m->required ? err_set(e, ERR_FORMAT, "%s is required", i->name[at]) : 0;
    if (m->kind == ACTION_BOOL)
        return 0;
    if (m->kind == ACTION_INT && *(const int *)p < m->min)
        return err_set(e, ERR_FORMAT, "%s is %d; the least value is %d", i->name[at],
                       *(const int *)p, m->min);
    if (m->kind != ACTION_INT && secret_len(i->text[at]) < (size_t)m->min)
        return err_set(e, ERR_FORMAT, "%s is empty", i->name[at]);
    return 0;
}

int
input_check(const struct input *i, const struct order *o, struct err *e)
{
    for (size_t at = 0; at < o->row->input_count; at++)
        if (check_member(i, at, &o->row->input[at], e) != 0)
            return -1;
    return 0;
}

void
input_free(struct input *i)
{
    for (size_t at = 0; at < ORDER_MEMBERS_MAX; at++)
        secret_free(i->text[at]);
    memset(i, 0, sizeof(*i));
}
