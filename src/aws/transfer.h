/*
 * transfer: libcurl's home. A handle that keeps its connections, one transfer at a time;
 * it carries out what http promises (HTTP-1 to HTTP-4).
 *
 * Private to http. All strings of the options are the caller's and outlive the handle.
 */
#ifndef IAMLP_AWS_TRANSFER_H
#define IAMLP_AWS_TRANSFER_H

#include <stdbool.h>
#include <stddef.h>

#include "aws/exchange.h"

struct transfer;

struct transfer_options {
    const char *user_agent;
    const char *ca_pem; /* NULL: the system's store */
    size_t ca_len;
    const char *proxy;      /* "http://HOST:PORT", the port always given; NULL: none */
    const char *proxy_auth; /* a header line for it; NULL: none */
    bool unverified;        /* whoever answers is believed to be the host */
};

/* NULL: ERR_MEMORY, ERR_CONFIG (this libcurl cannot take a bundle from memory). */
struct transfer *transfer_open(const struct transfer_options *o, struct err *e);

/* NULL is allowed. */
void transfer_close(struct transfer *t);

struct transfer_request {
    const char *method, *url;
    const char *host; /* of the URL, for sentences */
    const char *const *headers;
    bool proxied;    /* through the proxy of the options, if there is one */
    long timeout_ms; /* > 0 */
};

/* As http_send; the caller has given `x` its body, and x->a a secret for the answer's. */
int transfer_perform(struct transfer *t, const struct transfer_request *r, struct exchange *x,
                     struct err *e);

/* After a failure: true if it was for want of a trusted authority and another attempt will
 * trust more (aws/store.h). Nothing of the request was sent then. */
bool transfer_widen(struct transfer *t);

#endif
