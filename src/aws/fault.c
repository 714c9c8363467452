#include "aws/fault.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const char *code;
    enum fault fault;
} codes[] = {
    {"AccessDenied", FAULT_DENIED},
    {"AccessDeniedException", FAULT_DENIED},
    {"NotAuthorized", FAULT_DENIED},
    {"OptInRequired", FAULT_DENIED},
    {"UnauthorizedOperation", FAULT_DENIED},
    {"AuthFailure", FAULT_CREDENTIALS},
    {"InvalidAccessKeyId", FAULT_CREDENTIALS},
    {"InvalidClientTokenId", FAULT_CREDENTIALS},
    {"MissingAuthenticationToken", FAULT_CREDENTIALS},
    {"UnrecognizedClientException", FAULT_CREDENTIALS},
    {"ExpiredToken", FAULT_EXPIRED},
    {"ExpiredTokenException", FAULT_EXPIRED},
    {"IncompleteSignature", FAULT_SIGNATURE},
    {"InvalidSignatureException", FAULT_SIGNATURE},
    {"SignatureDoesNotMatch", FAULT_SIGNATURE},
    {"RequestExpired", FAULT_CLOCK},
    {"RequestInTheFuture", FAULT_CLOCK},
    {"RequestTimeTooSkewed", FAULT_CLOCK},
    {"NoSuchEntity", FAULT_NO_SUCH_ENTITY},
    {"EntityAlreadyExists", FAULT_EXISTS},
    {"PasswordPolicyViolation", FAULT_POLICY},
    {"LimitExceeded", FAULT_LIMIT},
    {"ConcurrentModification", FAULT_UNMODIFIABLE},
    {"EntityTemporarilyUnmodifiable", FAULT_UNMODIFIABLE},
    {"RequestLimitExceeded", FAULT_THROTTLED},
    {"RequestThrottled", FAULT_THROTTLED},
    {"SlowDown", FAULT_THROTTLED},
    {"ThrottledException", FAULT_THROTTLED},
    {"Throttling", FAULT_THROTTLED},
    {"ThrottlingException", FAULT_THROTTLED},
    {"TooManyRequestsException", FAULT_THROTTLED},
    {"InvalidAction", FAULT_INVALID},
    {"InvalidInput", FAULT_INVALID},
    {"InvalidParameterCombination", FAULT_INVALID},
    {"InvalidParameterValue", FAULT_INVALID},
    {"InvalidQueryParameter", FAULT_INVALID},
    {"InvalidUserType", FAULT_INVALID},
    {"MalformedInput", FAULT_INVALID},
    {"MalformedQueryString", FAULT_INVALID},
    {"MissingAction", FAULT_INVALID},
    {"MissingParameter", FAULT_INVALID},
    {"ValidationError", FAULT_INVALID},
    {"IDPCommunicationError", FAULT_SERVER},
    {"InternalError", FAULT_SERVER},
    {"InternalFailure", FAULT_SERVER},
    {"RequestTimeout", FAULT_SERVER},
    {"ServiceFailure", FAULT_SERVER},
    {"ServiceUnavailable", FAULT_SERVER},
};

static const struct {
    const char *name;
    bool transient;
} faults[] = {
    [FAULT_NONE] = {"none", false},
    [FAULT_DENIED] = {"denied", false},
    [FAULT_CREDENTIALS] = {"credentials", false},
    [FAULT_EXPIRED] = {"expired", false},
    [FAULT_SIGNATURE] = {"signature", false},
    [FAULT_CLOCK] = {"clock", false},
    [FAULT_NO_SUCH_ENTITY] = {"nosuchentity", false},
    [FAULT_EXISTS] = {"exists", false},
    [FAULT_POLICY] = {"policy", false},
    [FAULT_LIMIT] = {"limit", false},
    [FAULT_UNMODIFIABLE] = {"unmodifiable", true},
    [FAULT_THROTTLED] = {"throttled", true},
    [FAULT_INVALID] = {"invalid", false},
    [FAULT_SERVER] = {"server", true},
    [FAULT_NETWORK] = {"network", true},
    [FAULT_TIMEOUT] = {"timeout", true},
    [FAULT_TLS] = {"tls", false},
    [FAULT_PROXY] = {"proxy", false},
    [FAULT_MALFORMED] = {"malformed", false},
    [FAULT_OTHER] = {"other", false},
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* The one code whose text decides: a clock that is off and a wrong secret are
 * mended by different people. */
static bool
speaks_of_time(const char *message)
{
    return strncmp(message, "Signature expired", 17) == 0 ||
           strncmp(message, "Signature not yet current", 25) == 0;
}

enum fault
fault_classify(const char *code, int status, const char *message)
{
    for (size_t i = 0; i < COUNT(codes); i++) {
        if (strcmp(codes[i].code, code) != 0)
            continue;
        if (codes[i].fault == FAULT_SIGNATURE && message != NULL && speaks_of_time(message))
            return FAULT_CLOCK;
        return codes[i].fault;
    }
    if (status >= 500)
        return FAULT_SERVER;
    if (status == 429)
        return FAULT_THROTTLED;
    return *code != '\0' ? FAULT_OTHER : FAULT_MALFORMED;
}

const char *
fault_name(enum fault f)
{
    return faults[(size_t)f < COUNT(faults) ? f : FAULT_OTHER].name;
}

bool
fault_is_transient(enum fault f)
{
    return (size_t)f < COUNT(faults) && faults[f].transient;
}
