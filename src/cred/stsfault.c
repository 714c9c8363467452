#include "cred/stsfault.h"

#include <stdio.h>
#include <string.h>

#define MEND_SIZE 256

/* Refusals with one reason each. */
static const struct {
    const char *code;
    enum err_code is;
    const char *mend;
} refusals[] = {
    {"InvalidIdentityToken", ERR_DENIED,
     "the token is none that IAM's identity provider accepts; compare its issuer, audience and "
     "thumbprints"},
    {"IDPRejectedClaim", ERR_DENIED,
     "the identity provider refuses the token; it may have been withdrawn"},
    {"IDPCommunicationError", ERR_NETWORK,
     "AWS could not reach the identity provider; this may pass"},
    {"PackedPolicyTooLarge", ERR_DENIED,
     "session tags take more room than STS has; let the identity provider or the role before "
     "this one send fewer"},
    {"ValidationError", ERR_DENIED,
     "STS does not take such an ARN, session name, external id, source identity or duration"},
};

/* By what kind of no it is. */
static const struct {
    enum fault fault;
    enum err_code is;
    const char *mend;
} kinds[] = {
    {FAULT_EXPIRED, ERR_DENIED, "the keys that it was asked with have expired; renew them"},
    {FAULT_CREDENTIALS, ERR_DENIED,
     "AWS does not know these keys; they were deleted, or are another partition's"},
    {FAULT_SIGNATURE, ERR_DENIED, "the secret key does not belong to the access key id"},
    {FAULT_CLOCK, ERR_DENIED, "the clock of this host is wrong; set it"},
    {FAULT_THROTTLED, ERR_BUSY, "STS asks to come back later"},
    {FAULT_UNMODIFIABLE, ERR_BUSY, "STS asks to come back later"},
    {FAULT_SERVER, ERR_NETWORK, "STS is in trouble; this may pass"},
    {FAULT_NETWORK, ERR_NETWORK, "no answer"},
    {FAULT_TLS, ERR_NETWORK, "not talked to"},
    {FAULT_PROXY, ERR_NETWORK, "not reached"},
    {FAULT_TIMEOUT, ERR_TIMEOUT, "no answer in time"},
    {FAULT_MALFORMED, ERR_FORMAT, "no answer of STS's"},
};

static enum err_code
denied(const struct sts_role *role, char mend[MEND_SIZE])
{
    if (role->web_token != NULL)
        (void)snprintf(mend, MEND_SIZE,
                       "its trust policy has to allow sts:AssumeRoleWithWebIdentity to this "
                       "identity provider, audience and subject");
    else
        (void)snprintf(mend, MEND_SIZE,
                       "its trust policy has to allow sts:AssumeRole%s to the owner of these "
                       "keys, whose own policy has to allow it too; %s",
                       role->source_identity != NULL ? " and sts:SetSourceIdentity" : "",
                       role->external_id != NULL ? "external_id has to be the one it asks for"
                                                 : "it may ask for an external_id");
    return ERR_DENIED;
}

static enum err_code
find_mend(const struct cred_source *s, const struct endpoint *ep, const struct sts_role *role,
          const struct query_answer *a, char mend[MEND_SIZE])
{
    if (a->fault == FAULT_DENIED)
        return denied(role, mend);
    if (strcmp(a->code, "RegionDisabledException") == 0) {
        (void)snprintf(mend, MEND_SIZE,
                       "the account has STS turned off in %s; turn it on (IAM, account settings) "
                       "or set another region",
                       ep->region);
        return ERR_DENIED;
    }
    if (a->fault == FAULT_EXPIRED && role->web_token != NULL) {
        (void)snprintf(mend, MEND_SIZE, "the token has expired; whoever writes %s has to renew it",
                       s->web_token_path != NULL ? s->web_token_path : "it");
        return ERR_DENIED;
    }
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
        if (strcmp(a->code, refusals[i].code) == 0) {
            (void)snprintf(mend, MEND_SIZE, "%s", refusals[i].mend);
            return refusals[i].is;
        }
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (a->fault == kinds[i].fault) {
            (void)snprintf(mend, MEND_SIZE, "%s", kinds[i].mend);
            return kinds[i].is;
        }
    (void)snprintf(mend, MEND_SIZE, "STS refuses it");
    return ERR_DENIED;
}

int
stsfault_say(const struct cred_source *s, const struct endpoint *ep, const struct sts_role *role,
             const struct query_answer *a, struct err *e)
{
    char mend[MEND_SIZE];
    enum err_code code = find_mend(s, ep, role, a, mend);

    return err_set(e, code, "role %.160s: %s (%s%s%s)", role->arn, mend, a->code,
                   a->code[0] != '\0' ? ": " : "", a->message);
}
