/*
 * fault: what kind of "no" an AWS answer is, and whether it is definite.
 */
#ifndef IAMLP_AWS_FAULT_H
#define IAMLP_AWS_FAULT_H

#include <stdbool.h>

enum fault {
    FAULT_NONE = 0,
    FAULT_DENIED,      /* AccessDenied: no permission, or (path-scoped) no such user */
    FAULT_CREDENTIALS, /* InvalidClientTokenId, UnrecognizedClient, ...: the key is not valid */
    FAULT_EXPIRED,     /* ExpiredToken(Exception) */
    FAULT_SIGNATURE,   /* SignatureDoesNotMatch, IncompleteSignature: wrong secret or clock */
    FAULT_CLOCK,       /* RequestExpired, RequestTimeTooSkewed, "Signature expired" */
    FAULT_NO_SUCH_ENTITY,
    FAULT_EXISTS,       /* EntityAlreadyExists */
    FAULT_POLICY,       /* PasswordPolicyViolation */
    FAULT_LIMIT,        /* LimitExceeded: a quota, not a throttle */
    FAULT_UNMODIFIABLE, /* EntityTemporarilyUnmodifiable */
    FAULT_THROTTLED,
    FAULT_INVALID,   /* ValidationError, MalformedInput, ... : the request is wrong */
    FAULT_SERVER,    /* 5xx: nobody knows whether it acted */
    FAULT_NETWORK,   /* no answer */
    FAULT_TIMEOUT,   /* no answer before the deadline */
    FAULT_TLS,       /* the peer could not be verified */
    FAULT_PROXY,     /* the proxy refuses; AWS has not been reached */
    FAULT_MALFORMED, /* an answer that is not AWS's */
    FAULT_OTHER,     /* a definite no with a code we do not know */
};

/* Classify AWS's error code (as in <Code>; "": none) with its HTTP status. `message` (as in
 * <Message>; may be NULL) decides for a signature alone, between its secret and its time. */
enum fault fault_classify(const char *code, int status, const char *message);

/* A lower-case word for each, as tests write them; that of FAULT_OTHER for any other value. */
const char *fault_name(enum fault f);

/* May the same request succeed a little later (throttled, server, network)? */
bool fault_is_transient(enum fault f);

#endif
