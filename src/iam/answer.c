#include "iam/answer.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "aws/xml.h"
#include "base/text.h"
#include "base/when.h"

struct reader {
    const struct action *row;
    struct iam_output *out;
    char root[64];    /* "GetUserResponse" */
    char prefix[160]; /* "GetUserResponse/GetUserResult/User/" */
    bool answers;     /* the root was the right one */
    uint32_t seen;    /* one bit a member */
    struct err *e;
};

void
answer_init(struct iam_output *out)
{
    memset(out, 0, sizeof(*out));
    out->password_reset_required = IAM_UNSET;
    out->require_symbols = out->require_numbers = IAM_UNSET;
    out->require_uppercase = out->require_lowercase = IAM_UNSET;
    out->allow_users_to_change_password = IAM_UNSET;
    out->expire_passwords = out->hard_expiry = IAM_UNSET;
    out->minimum_password_length = out->max_password_age = IAM_INT_UNSET;
    out->password_reuse_prevention = IAM_INT_UNSET;
}

static int
malformed(struct reader *r, const struct action_member *m, const char *what)
{
    return err_set(r->e, ERR_FORMAT, "the answer to %s: %s %s", r->row->name, m->name, what);
}

static int
store_string(struct reader *r, const struct action_member *m, char *dst, size_t size,
             const char *text)
{
    if (strlen(text) >= size)
        return err_set(r->e, ERR_LIMIT, "the answer to %s: %s has more than %zu bytes",
                       r->row->name, m->name, size - 1);
    text_clean(dst, size, text, strlen(text));
    return 0;
}

static int
store_bool(struct reader *r, const struct action_member *m, enum iam_bool *dst, const char *text)
{
    *dst = strcmp(text, "true") == 0    ? IAM_TRUE
           : strcmp(text, "false") == 0 ? IAM_FALSE
                                        : IAM_UNSET;
    return *dst != IAM_UNSET ? 0 : malformed(r, m, "is neither true nor false");
}

static int
store_int(struct reader *r, const struct action_member *m, int *dst, const char *text)
{
    return text_number(text, 0, INT_MAX, dst) ? 0 : malformed(r, m, "is not a number");
}

/* Key and Value come in either order, and then the element around them ends. */
static int
store_tag(struct reader *r, const struct action_member *m, const char *below, const char *text)
{
    struct iam_output *out = r->out;
    struct iam_tag *tag = &out->tags[out->tag_count];

    if (strncmp(below, "member", strlen("member")) != 0)
        return 0;
    if (out->tag_count == IAM_TAGS_MAX)
        return malformed(r, m, "holds too many tags");
    if (strcmp(below, "member/Key") == 0)
        return store_string(r, m, tag->key, sizeof(tag->key), text);
    if (strcmp(below, "member/Value") == 0)
        return store_string(r, m, tag->value, sizeof(tag->value), text);
    if (strcmp(below, "member") != 0)
        return 0;
    if (tag->key[0] == '\0')
        return malformed(r, m, "holds a tag without a key");
    out->tag_count++;
    return 0;
}

/* As tags: what stands deeper, such as the statements that matched, is not looked at. */
static int
store_decision(struct reader *r, const struct action_member *m, const char *below, const char *text)
{
    struct iam_output *out = r->out;
    struct iam_decision *d = &out->decisions[out->decision_count];

    if (strcmp(below, "member") != 0 && strcmp(below, "member/EvalActionName") != 0 &&
        strcmp(below, "member/EvalDecision") != 0)
        return 0;
    if (out->decision_count == IAM_DECISIONS_MAX)
        return malformed(r, m, "holds too many decisions");
    if (strcmp(below, "member/EvalActionName") == 0)
        return store_string(r, m, d->action, sizeof(d->action), text);
    if (strcmp(below, "member/EvalDecision") == 0)
        return store_string(r, m, d->decision, sizeof(d->decision), text);
    if (d->action[0] == '\0' || d->decision[0] == '\0')
        return malformed(r, m, "holds half a decision");
    out->decision_count++;
    return 0;
}

/* The element `below` the result belongs to the member m; scalars end there. */
static int
store(struct reader *r, const struct action_member *m, const char *below, const char *text)
{
    void *dst = (char *)r->out + m->offset;
    uint32_t bit = UINT32_C(1) << (m - r->row->output);

    if (m->kind == ACTION_TAGS)
        return store_tag(r, m, below, text);
    if (m->kind == ACTION_DECISIONS)
        return store_decision(r, m, below, text);
    if (below[0] != '\0')
        return 0;
    if ((r->seen & bit) != 0)
        return malformed(r, m, "stands there twice");
    r->seen |= bit;
    switch (m->kind) {
    case ACTION_BOOL:
        return store_bool(r, m, dst, text);
    case ACTION_INT:
        return store_int(r, m, dst, text);
    case ACTION_TIME:
        return when_parse(text, dst) == 0 ? 0 : malformed(r, m, "is not a date");
    default:
        return store_string(r, m, dst, m->size, text);
    }
}

static int
element(const char *path, const char *text, void *arg)
{
    struct reader *r = arg;
    size_t n = strlen(r->prefix);

    if (strcmp(path, r->root) == 0)
        r->answers = true;
    if (n == 0 || strncmp(path, r->prefix, n) != 0)
        return 0;
    path += n;
    for (size_t i = 0; i < r->row->output_count; i++) {
        const struct action_member *m = &r->row->output[i];

        n = strlen(m->name);
        if (strncmp(path, m->name, n) == 0 && (path[n] == '\0' || path[n] == '/'))
            return store(r, m, path + n + (path[n] == '/'), text);
    }
    return 0;
}

/* Is this the answer to what was asked? */
static int
judge(struct reader *r, const struct iam_input *in)
{
    const char *name = r->out->user_name;

    if (!r->answers)
        return err_set(r->e, ERR_FORMAT, "the answer to %s is not a %s", r->row->name, r->root);
    for (size_t i = 0; i < r->row->output_count; i++) {
        const struct action_member *m = &r->row->output[i];
        const char *text = (const char *)r->out + m->offset;
        bool empty = m->kind == ACTION_STRING && text[0] == '\0';

        if (m->required && ((r->seen >> i & 1) == 0 || empty))
            return malformed(r, m, "is missing");
    }
    /* IAM's names keep their case and are compared without it. */
    if (name[0] != '\0' && in->user_name != NULL && strcasecmp(name, in->user_name) != 0)
        return err_set(r->e, ERR_FORMAT, "the answer to %s is about another user", r->row->name);
    return 0;
}

int
answer_parse(const struct action *row, const struct iam_input *in, const char *doc, size_t len,
             struct iam_output *out, struct err *e)
{
    struct reader r = {.row = row, .out = out, .e = e};

    answer_init(out);
    (void)snprintf(r.root, sizeof(r.root), "%sResponse", row->name);
    if (row->result != NULL)
        (void)snprintf(r.prefix, sizeof(r.prefix), "%s/%s/", r.root, row->result);
    if (xml_parse(doc, len, element, &r, e) == 0 && judge(&r, in) == 0)
        return 0;
    answer_init(out);
    return -1;
}
