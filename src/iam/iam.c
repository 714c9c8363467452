#include "iam/iam.h"

#include <stdio.h>
#include <string.h>

#include "iam/action.h"
#include "iam/answer.h"
#include "iam/form.h"

enum {
    CHANCE = 3,       /* letters of a password that a sentence may end with all the same */
    CHARACTER_MAX = 4 /* bytes that may be missing from a text that was cut */
};

void
iam_input_init(struct iam_input *in)
{
    memset(in, 0, sizeof(*in));
    in->password_reset_required = IAM_UNSET;
    in->require_symbols = in->require_numbers = IAM_UNSET;
    in->require_uppercase = in->require_lowercase = IAM_UNSET;
    in->allow_users_to_change_password = in->hard_expiry = IAM_UNSET;
    in->minimum_password_length = in->max_password_age = IAM_INT_UNSET;
    in->password_reuse_prevention = IAM_INT_UNSET;
}

/* Does it repeat the secret, or is it cut in the middle of one? The last letters are then
 * missing; three of the first may stand there by chance. */
static bool
repeats(const char *said, size_t size, const struct secret *secret)
{
    const char *text = secret_str(secret);
    size_t len = strlen(said), most = strlen(text);

    if (most == 0)
        return false;
    if (strstr(said, text) != NULL)
        return true;
    for (size_t n = most - 1; n > CHANCE && len + CHARACTER_MAX >= size; n--)
        if (n <= len && strncmp(said + len - n, text, n) == 0)
            return true;
    return false;
}

/* What a server says is printed and logged. */
static void
withhold(struct query_answer *a, const struct iam_input *in)
{
    const struct secret *const secrets[] = {in->password, in->old_password, in->new_password};

    for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
        if (secrets[i] == NULL)
            continue;
        if (repeats(a->message, sizeof(a->message), secrets[i]))
            (void)snprintf(a->message, sizeof(a->message),
                           "(the sentence repeats a password, and is not shown)");
        if (repeats(a->code, sizeof(a->code), secrets[i]))
            a->code[0] = '\0';
        if (repeats(a->request_id, sizeof(a->request_id), secrets[i]))
            a->request_id[0] = '\0';
    }
}

int
iam_call(const struct query_target *t, enum iam_action action, const struct iam_input *in,
         struct iam_output *out, struct query_answer *a, struct err *e)
{
    const struct action *row = action_row(action);
    struct err why = ERR_INIT;
    struct secret *body;
    int rc;

    memset(a, 0, sizeof(*a));
    answer_init(out);
    body = form_build(row, in, e);
    if (body == NULL)
        return -1;
    rc = query_call(t, body, row->acts, a, e);
    secret_free(body);
    if (rc == 0 && a->fault == FAULT_NONE &&
        answer_parse(row, in, secret_str(a->body), secret_len(a->body), out, &why) != 0) {
        a->fault = FAULT_MALFORMED;
        a->maybe_acted = true;
        (void)snprintf(a->message, sizeof(a->message), "%.*s", (int)sizeof(a->message) - 1,
                       why.msg);
    }
    withhold(a, in);
    a->maybe_acted = a->maybe_acted && row->acts;
    secret_free(a->body);
    a->body = NULL;
    return rc;
}

const char *
iam_action_name(enum iam_action action)
{
    return action_row(action)->name;
}

void
iam_policy(const struct iam_output *out, struct policy *p)
{
    memset(p, 0, sizeof(*p));
    p->min_length = (unsigned)out->minimum_password_length;
    p->upper = out->require_uppercase == IAM_TRUE;
    p->lower = out->require_lowercase == IAM_TRUE;
    p->number = out->require_numbers == IAM_TRUE;
    p->symbol = out->require_symbols == IAM_TRUE;
}

int
iam_parse_arn(const char *arn, char partition[32], char account[13], struct err *e)
{
    static const char service[] = ":iam::", resource[] = ":user/";
    const char *p = arn + strlen("arn:"), *digits;
    size_t n;

    if (strncmp(arn, "arn:", strlen("arn:")) != 0)
        goto fail;
    n = strspn(p, "abcdefghijklmnopqrstuvwxyz0123456789-");
    if (n == 0 || n > 31 || strncmp(p + n, service, strlen(service)) != 0)
        goto fail;
    digits = p + n + strlen(service);
    if (strspn(digits, "0123456789") != 12 || strncmp(digits + 12, resource, strlen(resource)) != 0)
        goto fail;
    (void)snprintf(partition, 32, "%.*s", (int)n, p);
    (void)snprintf(account, 13, "%.12s", digits);
    return 0;
fail:
    return err_set(e, ERR_FORMAT, "not the ARN of an IAM user: %.100s", arn);
}
