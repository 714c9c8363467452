#include "net/reply.h"

#include <string.h>

static enum wire_fault
wire_fault_of(enum fault f)
{
    switch (f) {
    case FAULT_NONE:
        return WIRE_FAULT_NONE;
    case FAULT_NO_SUCH_ENTITY:
        return WIRE_FAULT_NO_SUCH_ENTITY;
    case FAULT_EXISTS:
        return WIRE_FAULT_EXISTS;
    case FAULT_POLICY:
        return WIRE_FAULT_POLICY;
    case FAULT_DENIED:
        return WIRE_FAULT_DENIED;
    case FAULT_CREDENTIALS:
    case FAULT_EXPIRED:
    case FAULT_SIGNATURE:
    case FAULT_CLOCK:
        return WIRE_FAULT_CREDENTIALS;
    case FAULT_THROTTLED:
        return WIRE_FAULT_THROTTLED;
    case FAULT_TIMEOUT:
        return WIRE_FAULT_TIMEOUT;
    case FAULT_NETWORK:
    case FAULT_TLS:
    case FAULT_PROXY:
    case FAULT_MALFORMED:
    case FAULT_SERVER:
        return WIRE_FAULT_NETWORK;
    case FAULT_LIMIT:
    case FAULT_UNMODIFIABLE:
    case FAULT_INVALID:
    case FAULT_OTHER:
        return WIRE_FAULT_OTHER;
    }
    return WIRE_FAULT_OTHER;
}

static void
put_optional(struct frame *f, enum wire_field id, const char *text)
{
    if (text[0] != '\0')
        frame_put_text(f, id, text);
}

static void
put_fault(struct frame *f, enum wire_fault fault, bool maybe_acted, const char *code,
          const char *text)
{
    frame_put_number(f, WIRE_F_FAULT, fault);
    frame_put_number(f, WIRE_F_MAYBE_ACTED, maybe_acted);
    put_optional(f, WIRE_F_CODE, code);
    put_optional(f, WIRE_F_TEXT, text);
}

void
reply_well(struct frame *f)
{
    put_fault(f, WIRE_FAULT_NONE, false, "", "");
}

void
reply_err(struct frame *f, const struct err *e)
{
    enum wire_fault fault = e->code == ERR_TIMEOUT   ? WIRE_FAULT_TIMEOUT
                            : e->code == ERR_BUSY    ? WIRE_FAULT_THROTTLED
                            : e->code == ERR_NETWORK ? WIRE_FAULT_NETWORK
                                                     : WIRE_FAULT_CREDENTIALS;

    put_fault(f, fault, false, "", e->msg);
}

static void
put_user(struct frame *f, const struct iam_output *out, const char *tag_key)
{
    char partition[32] = "", account[13] = "";
    struct err e = ERR_INIT;

    if (iam_parse_arn(out->arn, partition, account, &e) != 0) {
        put_fault(f, WIRE_FAULT_NETWORK, false, "arn", e.msg);
        return;
    }
    reply_well(f);
    frame_put_text(f, WIRE_F_PARTITION, partition);
    frame_put_text(f, WIRE_F_ACCOUNT, account);
    frame_put_text(f, WIRE_F_PATH, out->path);
    if (out->password_last_used > 0)
        frame_put_number(f, WIRE_F_LAST_USED, out->password_last_used);
    for (size_t i = 0; i < out->tag_count; i++)
        if (strcmp(out->tags[i].key, tag_key) == 0)
            frame_put_text(f, WIRE_F_TAG_VALUE, out->tags[i].value);
}

static void
put_profile(struct frame *f, const struct iam_output *out)
{
    reply_well(f);
    frame_put_number(f, WIRE_F_CREATED, out->create_date);
    frame_put_number(f, WIRE_F_RESET_REQUIRED, out->password_reset_required == IAM_TRUE);
}

static void
put_policy(struct frame *f, const struct iam_output *out)
{
    struct policy p;

    iam_policy(out, &p);
    reply_well(f);
    frame_put_number(f, WIRE_F_MIN_LENGTH, p.min_length);
    frame_put_number(f, WIRE_F_UPPER, p.upper);
    frame_put_number(f, WIRE_F_LOWER, p.lower);
    frame_put_number(f, WIRE_F_NUMBER, p.number);
    frame_put_number(f, WIRE_F_SYMBOL, p.symbol);
    frame_put_number(f, WIRE_F_MAY_CHANGE, out->allow_users_to_change_password == IAM_TRUE);
}

static void
put_caller(struct frame *f, const struct iam_output *out)
{
    reply_well(f);
    frame_put_text(f, WIRE_F_ARN, out->arn);
    frame_put_text(f, WIRE_F_ACCOUNT, out->account);
}

/* One letter for each, in their order. */
static void
put_decisions(struct frame *f, const struct iam_output *out)
{
    static const struct {
        const char *decision;
        char letter;
    } letters[] = {{"allowed", 'a'}, {"explicitDeny", 'd'}, {"implicitDeny", 'n'}};
    char text[IAM_DECISIONS_MAX + 1] = "";

    for (size_t i = 0; i < out->decision_count; i++) {
        text[i] = 'n';
        for (size_t k = 0; k < sizeof(letters) / sizeof(letters[0]); k++)
            if (strcmp(out->decisions[i].decision, letters[k].decision) == 0)
                text[i] = letters[k].letter;
    }
    reply_well(f);
    frame_put_text(f, WIRE_F_DECISIONS, text);
}

static void
put_success(struct frame *f, enum iam_action action, const struct iam_output *out,
            const char *tag_key)
{
    switch (action) {
    case IAM_GET_USER:
        put_user(f, out, tag_key);
        break;
    case IAM_GET_LOGIN_PROFILE:
    case IAM_CREATE_LOGIN_PROFILE:
        put_profile(f, out);
        break;
    case IAM_GET_ACCOUNT_PASSWORD_POLICY:
        put_policy(f, out);
        break;
    case IAM_GET_CALLER_IDENTITY:
        put_caller(f, out);
        break;
    case IAM_SIMULATE_PRINCIPAL_POLICY:
        put_decisions(f, out);
        break;
    default:
        reply_well(f);
        break;
    }
}

void
reply_call(struct frame *f, enum iam_action action, const struct iam_output *out,
           const struct query_answer *a, const char *tag_key)
{
    if (a->fault == FAULT_NONE)
        put_success(f, action, out, tag_key);
    else
        put_fault(f, wire_fault_of(a->fault), a->maybe_acted, a->code, a->message);
    put_optional(f, WIRE_F_REQUEST_ID, a->request_id);
    if (a->date > 0)
        frame_put_number(f, WIRE_F_DATE, a->date);
    if (a->throttled > 0)
        frame_put_number(f, WIRE_F_THROTTLED, a->throttled);
}
