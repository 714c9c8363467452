/* Every error code of IAM and STS that we know, and those we do not. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "aws/fault.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
classifies(void **state)
{
    static const struct {
        const char *code;
        int status;
        const char *message;
        const char *want;
    } rows[] = {
        {"EntityAlreadyExists", 409, "Login Profile for user X already exists.", "exists"},
        {"NoSuchEntity", 404, "The user with name X cannot be found.", "nosuchentity"},
        {"NoSuchEntity", 404, "Login Profile for User X cannot be found.", "nosuchentity"},
        {"PasswordPolicyViolation", 400, "Password should have a minimum length of 14", "policy"},
        {"LimitExceeded", 409, "Cannot exceed quota", "limit"},
        {"EntityTemporarilyUnmodifiable", 409, "", "unmodifiable"},
        {"ServiceFailure", 500, "", "server"},
        {"ServiceUnavailable", 503, "", "server"},
        {"InternalFailure", 500, "", "server"},
        {"AccessDenied", 403, "User: X is not authorized to perform", "denied"},
        {"InvalidClientTokenId", 403, "The security token included is invalid", "credentials"},
        {"UnrecognizedClientException", 403, "", "credentials"},
        {"MissingAuthenticationToken", 403, "", "credentials"},
        {"SignatureDoesNotMatch", 403, "The request signature we calculated does not", "signature"},
        {"SignatureDoesNotMatch", 403, NULL, "signature"},
        {"SignatureDoesNotMatch", 403, "Signature expired: 20150830T123600Z is now", "clock"},
        {"SignatureDoesNotMatch", 403, "Signature not yet current: 20990830T1236", "clock"},
        {"AccessDenied", 403, "Signature expired: no, this text does not count here", "denied"},
        {"IncompleteSignature", 400, "", "signature"},
        {"ExpiredToken", 403, "", "expired"},
        {"ExpiredTokenException", 400, "", "expired"},
        {"RequestExpired", 400, "", "clock"},
        {"RequestTimeTooSkewed", 403, "", "clock"},
        {"Throttling", 400, "Rate exceeded", "throttled"},
        {"ThrottlingException", 400, "", "throttled"},
        {"ThrottledException", 400, "", "throttled"},
        {"RequestThrottled", 400, "", "throttled"},
        {"RequestLimitExceeded", 503, "", "throttled"},
        {"TooManyRequestsException", 429, "", "throttled"},
        {"SlowDown", 503, "", "throttled"},
        {"ValidationError", 400, "1 validation error detected", "invalid"},
        {"MalformedInput", 400, "", "invalid"},
        {"InvalidInput", 400, "", "invalid"},
        {"InvalidAction", 400, "", "invalid"},
        {"InvalidUserType", 400, "", "invalid"},
        {"RequestTimeout", 400, "", "server"},
        {"IDPCommunicationError", 400, "", "server"},
        {"throttling", 400, "", "other"}, /* codes are case-sensitive */
        {"SomethingNew", 400, "", "other"},
        {"SomethingNew", 429, "", "throttled"},
        {"SomethingNew", 500, "", "server"},
        {"SomethingNew", 599, "", "server"},
        {"", 502, "", "server"},
        {"", 429, "", "throttled"},
        {"", 403, "", "malformed"},
        {"", 302, "", "malformed"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *got = fault_name(fault_classify(rows[i].code, rows[i].status, rows[i].message));

        if (strcmp(got, rows[i].want) != 0)
            fail_msg("%s %d: %s", rows[i].code, rows[i].status, got);
    }
}

static void
names_are_distinct_words(void **state)
{
    (void)state;
    for (int f = FAULT_NONE; f <= FAULT_OTHER; f++) {
        const char *name = fault_name((enum fault)f);

        assert_true(strlen(name) > 1);
        assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz"), strlen(name));
        for (int g = FAULT_NONE; g < f; g++)
            assert_string_not_equal(name, fault_name((enum fault)g));
    }
    assert_string_equal(fault_name((enum fault)999), "other");
}

static void
transient_ones(void **state)
{
    static const enum fault yes[] = {FAULT_THROTTLED, FAULT_SERVER, FAULT_NETWORK, FAULT_TIMEOUT,
                                     FAULT_UNMODIFIABLE};
    int count = 0;

    (void)state;
    for (size_t i = 0; i < COUNT(yes); i++)
        assert_true(fault_is_transient(yes[i]));
    for (int f = FAULT_NONE; f <= FAULT_OTHER; f++)
        count += fault_is_transient((enum fault)f);
    assert_int_equal(count, COUNT(yes));
    assert_false(fault_is_transient((enum fault)999));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classifies),
        cmocka_unit_test(names_are_distinct_words),
        cmocka_unit_test(transient_ones),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
