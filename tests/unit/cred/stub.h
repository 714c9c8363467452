/*
 * What an STS on loopback (tests/unit/aws/server.h) answers, and the time it does so.
 */
#ifndef IAMLP_TESTS_CRED_STUB_H
#define IAMLP_TESTS_CRED_STUB_H

#include "../aws/server.h"
#include "cred/cred.h"

#define STUB_NOW    1440938160 /* 2015-08-30T12:36:00Z */
#define STUB_HOUR   "2015-08-30T13:36:00Z"
#define STUB_SECRET "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
#define STUB_TOKEN  "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQW"

/* The connection's end is the body's. */
#define STUB_HEAD(status) "HTTP/1.1 " status " x\r\nConnection: close\r\n\r\n"

#define STUB_KEYS(id, expires)                                                                     \
    "<Credentials><AccessKeyId>" id "</AccessKeyId><SecretAccessKey>" STUB_SECRET                  \
    "</SecretAccessKey><SessionToken>" STUB_TOKEN "</SessionToken><Expiration>" expires            \
    "</Expiration></Credentials>"
#define STUB_USER(role, session)                                                                   \
    "<AssumedRoleUser><AssumedRoleId>AROA:s</AssumedRoleId><Arn>arn:aws:sts::123456789012:"        \
    "assumed-role/" role "/" session "</Arn></AssumedRoleUser>"
#define STUB_ANSWER(action, inner)                                                                 \
    {                                                                                              \
        .then = CLOSE,                                                                             \
        .text = STUB_HEAD(                                                                         \
            "200") "<" action                                                                      \
                   "Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><" action         \
                   "Result>" inner "</" action                                                     \
                   "Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></" action \
                   "Response>"                                                                     \
    }
#define STUB_NO(status, code, message)                                                             \
    {                                                                                              \
        .then = CLOSE,                                                                             \
        .text = STUB_HEAD(status) "<ErrorResponse><Error><Type>Sender</Type><Code>" code           \
                                  "</Code><Message>" message                                       \
                                  "</Message></Error><RequestId>r</RequestId></ErrorResponse>"     \
    }

#define STUB_ROLE "arn:aws:iam::123456789012:role/people/provisioner"

static int64_t
stub_now(void)
{
    return STUB_NOW;
}

static int64_t
stub_mono_ms(void)
{
    return clock_system.mono_ms();
}

static const struct clock stub_clock = {stub_now, stub_mono_ms};

#endif
