/*
 * query: AWS's query protocol: a form in, XML out, signed with SigV4.
 *
 * A body is built with query_begin and query_add, sent with query_call. The
 * answer says what AWS said (fault, code, message) and whether it may have acted.
 */
#ifndef IAMLP_AWS_QUERY_H
#define IAMLP_AWS_QUERY_H

#include <stdbool.h>
#include <stdint.h>

#include "aws/endpoint.h"
#include "aws/fault.h"
#include "aws/http.h"
#include "aws/retry.h"
#include "aws/sigv4.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/secret.h"

#define QUERY_BODY_MAX (64 * 1024) /* bytes of a request */

/* A new body "Action=...&Version=...". NULL: ERR_MEMORY. */
struct secret *query_begin(const char *action, const char *version, struct err *e);

/* Append "&name=value", both percent-encoded; value is len bytes. -1 (ERR_LIMIT, ERR_MEMORY): the
 * body is as it was. */
int query_add(struct secret *body, const char *name, const char *value, size_t len, struct err *e);

/* Whom to talk to, and as whom. Nothing here is owned. */
struct query_target {
    struct http *http;
    const struct endpoint *endpoint;
    const struct sigv4_key *key; /* NULL: unsigned */
    const struct clock *clock;
    int64_t deadline;
    struct retry *retry; /* what repetitions share; NULL: one attempt */
};

struct query_answer {
    enum fault fault;    /* FAULT_NONE: success */
    bool maybe_acted;    /* not FAULT_NONE, and yet the server may have done it */
    int attempts;        /* how often it was sent, or tried to be */
    int throttled;       /* how many of these AWS was too busy for */
    int64_t skew;        /* seconds AWS's clock is ahead of ours, where this call found out
                            and corrected it (RETRY-4); else 0 */
    int status;          /* HTTP; 0 without an answer */
    char code[64];       /* AWS's error code, cleaned; "" without one */
    char message[256];   /* AWS's or our sentence, cleaned */
    char request_id[64]; /* from header or body, cleaned; "" if none */
    int64_t date;        /* server's Date, seconds; 0 if none */
    bool tls;            /* that Date came over verified TLS */
    struct secret *body; /* the XML, in success; NULL otherwise; the caller frees */
};

/* Send the body (kept by the caller), again as aws/retry.h allows; `acts`: it changes
 * something, so it is never repeated once it may have acted. Returns 0 when `a` is
 * filled with the last answer, whatever AWS said; a failed connection is a fault in `a`
 * too. -1 only when nothing could be tried: ERR_MEMORY, ERR_CONFIG. */
int query_call(const struct query_target *t, const struct secret *body, bool acts,
               struct query_answer *a, struct err *e);
void query_answer_free(struct query_answer *a);

#endif
