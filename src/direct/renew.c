#include "direct/renew.h"

#include <stdlib.h>
#include <string.h>

#include "pwgen/pwgen.h"

/* -1: the sentence, with AWS's code; *a: its answer. */
static int
call(struct renew *n, enum iam_action action, struct query_answer *a, struct err *e)
{
    const struct query_target t =
        operator_target(&n->op, clock_system.mono_ms() + n->settings.within_ms);
    struct iam_input in;

    iam_input_init(&in);
    if (action != IAM_GET_ACCOUNT_PASSWORD_POLICY)
        in.user_name = n->iam_user;
    if (action == IAM_UPDATE_LOGIN_PROFILE || action == IAM_CREATE_LOGIN_PROFILE) {
        in.password = n->password;
        in.password_reset_required = IAM_TRUE;
    }
    if (iam_call(&t, action, &in, n->out, a, e) != 0)
        return -1;
    if (a->fault == FAULT_NONE)
        return 0;
    return err_set(e, ERR_DENIED, "%s: %s%s%.250s", iam_action_name(action), a->code,
                   a->code[0] != '\0' ? ": " : "", a->message);
}

int
renew_connect(struct renew *n, const char *profile, const char *region, const char *endpoint_url,
              const char *ca_bundle, struct err *e)
{
    n->op = (struct operator){.order = &n->order, .settings = &n->settings};
    n->order = (struct order){.action = IAM_UPDATE_LOGIN_PROFILE,
                              .row = action_row(IAM_UPDATE_LOGIN_PROFILE),
                              .endpoint_url = endpoint_url,
                              .region = region,
                              .profile = profile,
                              .ca_bundle = ca_bundle};
    n->out = calloc(1, sizeof(*n->out));
    if (n->out == NULL)
        return err_set(e, ERR_MEMORY, "out of memory");
    if (settings_load(&n->settings, &n->order, e) != 0 || operator_connect(&n->op, e) != 0)
        return -1;
    return operator_sign(&n->op, clock_system.mono_ms() + n->settings.within_ms, e) == SIGNER_FOUND
               ? 0
               : -1;
}

static enum renew_access
look(struct renew *n, bool used)
{
    struct query_answer a = {0};
    struct err e = ERR_INIT;

    if (call(n, IAM_GET_LOGIN_PROFILE, &a, &e) == 0)
        return RENEW_PASSWORD;
    if (a.fault != FAULT_NO_SUCH_ENTITY)
        return RENEW_UNSEEN;
    return used ? RENEW_TAKEN : RENEW_NONE;
}

int
renew_identify(struct renew *n, struct err *e)
{
    struct query_answer a = {0};
    char account[13];

    if (call(n, IAM_GET_USER, &a, e) != 0 ||
        iam_parse_arn(n->out->arn, n->partition, account, e) != 0)
        return -1;
    if (n->account[0] != '\0' && strcmp(account, n->account) != 0)
        return err_set(e, ERR_DENIED,
                       "your credentials are of account %s, and the user is in %s; choose others "
                       "with --profile",
                       account, n->account);
    memcpy(n->account, account, sizeof(account));
    n->access = look(n, n->out->password_last_used != 0);
    return 0;
}

int
renew_make(struct renew *n, unsigned length, const char *exclude, struct err *e)
{
    struct pwgen_request r = {.policy = policy_default, .length = length, .exclude = exclude};
    struct query_answer a = {0};
    struct err unread = ERR_INIT;

    if (call(n, IAM_GET_ACCOUNT_PASSWORD_POLICY, &a, &unread) == 0)
        iam_policy(n->out, &r.policy);
    n->password = pwgen_make(&r, pwgen_system_random, e);
    return n->password != NULL ? 0 : -1;
}

int
renew_set(struct renew *n, struct err *e)
{
    struct query_answer a = {0};

    n->sure = call(n, IAM_UPDATE_LOGIN_PROFILE, &a, e) == 0;
    if (a.fault == FAULT_NO_SUCH_ENTITY) {
        err_clear(e);
        n->sure = call(n, IAM_CREATE_LOGIN_PROFILE, &a, e) == 0;
    }
    return n->sure || a.maybe_acted ? 0 : -1;
}

void
renew_end(struct renew *n)
{
    secret_free(n->password);
    operator_close(&n->op);
    settings_free(&n->settings);
    free(n->out);
}
