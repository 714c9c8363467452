#include "core/result.h"

#include <stdio.h>
#include <string.h>

void
result_read(const struct frame *f, struct ask_answer *r)
{
    memset(r, 0, sizeof(*r));
    r->fault = (enum wire_fault)frame_get_number(f, WIRE_F_FAULT, WIRE_FAULT_NONE, WIRE_FAULT_OTHER,
                                                 WIRE_FAULT_OTHER);
    r->maybe_acted = frame_get_number(f, WIRE_F_MAYBE_ACTED, 0, 1, 1) == 1;
    (void)frame_get_clean(f, WIRE_F_CODE, r->code, sizeof(r->code));
    (void)frame_get_clean(f, WIRE_F_TEXT, r->text, sizeof(r->text));
    (void)frame_get_clean(f, WIRE_F_REQUEST_ID, r->request_id, sizeof(r->request_id));
    /* To the letter: these are compared, and never shown before they have been. */
    (void)frame_get_text(f, WIRE_F_PARTITION, r->partition, sizeof(r->partition));
    (void)frame_get_text(f, WIRE_F_ACCOUNT, r->account, sizeof(r->account));
    (void)frame_get_clean(f, WIRE_F_PATH, r->path, sizeof(r->path));
    r->has_tag = frame_get_text(f, WIRE_F_TAG_VALUE, r->tag_value, sizeof(r->tag_value));
    r->last_used = frame_get_number(f, WIRE_F_LAST_USED, 0, WIRE_TIME_MAX, 0);
    r->created = frame_get_number(f, WIRE_F_CREATED, 0, WIRE_TIME_MAX, 0);
    r->reset_required = frame_get_number(f, WIRE_F_RESET_REQUIRED, 0, 1, 0) == 1;
    r->policy.min_length =
        (unsigned)frame_get_number(f, WIRE_F_MIN_LENGTH, 1, POLICY_LENGTH_MAX, POLICY_LENGTH_MAX);
    r->policy.upper = frame_get_number(f, WIRE_F_UPPER, 0, 1, 1) == 1;
    r->policy.lower = frame_get_number(f, WIRE_F_LOWER, 0, 1, 1) == 1;
    r->policy.number = frame_get_number(f, WIRE_F_NUMBER, 0, 1, 1) == 1;
    r->policy.symbol = frame_get_number(f, WIRE_F_SYMBOL, 0, 1, 1) == 1;
    r->may_change = frame_get_number(f, WIRE_F_MAY_CHANGE, 0, 1, 0) == 1;
    (void)frame_get_text(f, WIRE_F_ARN, r->arn, sizeof(r->arn));
    (void)frame_get_clean(f, WIRE_F_PROVIDER, r->provider, sizeof(r->provider));
    (void)frame_get_clean(f, WIRE_F_ENDPOINT_URL, r->endpoint_url, sizeof(r->endpoint_url));
    r->expires = frame_get_number(f, WIRE_F_EXPIRES, 0, WIRE_TIME_MAX, 0);
    (void)frame_get_text(f, WIRE_F_DECISIONS, r->decisions, sizeof(r->decisions));
}

void
result_failed(struct ask_answer *r, struct err *e, bool acts)
{
    memset(r, 0, sizeof(*r));
    r->fault = e->code == ERR_TIMEOUT ? WIRE_FAULT_TIMEOUT : WIRE_FAULT_NETWORK;
    r->maybe_acted = acts;
    (void)snprintf(r->code, sizeof(r->code), "%s", e->code == ERR_TIMEOUT ? "timeout" : "net");
    err_wrap(e, "iamlp-net");
    memcpy(r->text, e->msg, sizeof(r->text));
}

bool
result_reached(const struct ask_answer *r)
{
    return r->fault != WIRE_FAULT_TIMEOUT && r->fault != WIRE_FAULT_NETWORK &&
           r->fault != WIRE_FAULT_THROTTLED;
}

/* What an administrator has to mend, by AWS's code. */
static const struct {
    const char *code;
    const char *mend;
} mends[] = {
    {"SignatureDoesNotMatch", "the secret access key is wrong, or this host's clock is off"},
    {"InvalidClientTokenId", "the access key does not exist or is switched off"},
    {"UnrecognizedClientException", "the access key does not exist or is switched off"},
    {"ExpiredToken", "the session has expired; renew the credentials"},
    {"RequestExpired", "this host's clock is off"},
    {"AccessDenied", "no permission, or no such user under the path the policy allows"},
};

const char *
result_mend(const char *code)
{
    for (size_t i = 0; i < sizeof(mends) / sizeof(mends[0]); i++)
        if (strcmp(code, mends[i].code) == 0)
            return mends[i].mend;
    return NULL;
}

/* An answer's fault in the words of the log; the code where AWS has given none. */
static const struct {
    enum outcome outcome;
    const char *code;
} faults[] = {
    [WIRE_FAULT_NONE] = {OUTCOME_ERROR, "none"},
    [WIRE_FAULT_NO_SUCH_ENTITY] = {OUTCOME_NOSUCHUSER, "NoSuchEntity"},
    [WIRE_FAULT_EXISTS] = {OUTCOME_EXISTS, "EntityAlreadyExists"},
    [WIRE_FAULT_POLICY] = {OUTCOME_POLICY, "policy"},
    [WIRE_FAULT_DENIED] = {OUTCOME_DENIED, "denied"},
    [WIRE_FAULT_CREDENTIALS] = {OUTCOME_DENIED, "credentials"},
    [WIRE_FAULT_THROTTLED] = {OUTCOME_THROTTLED, "throttled"},
    [WIRE_FAULT_TIMEOUT] = {OUTCOME_TIMEOUT, "timeout"},
    [WIRE_FAULT_NETWORK] = {OUTCOME_ERROR, "network"},
    [WIRE_FAULT_OTHER] = {OUTCOME_ERROR, "other"},
};

const char *
result_code(const struct ask_answer *r)
{
    return r->code[0] != '\0' ? r->code : faults[r->fault].code;
}

enum outcome
result_outcome(const struct ask_answer *r)
{
    return faults[r->fault].outcome;
}
