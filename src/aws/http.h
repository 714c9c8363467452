/*
 * http: one request, one answer, one deadline, over libcurl.
 *
 * HTTP-1  TLS MUST be 1.2 or later and verified (name and chain), against the
 *         system's store or the given bundle. Plain http is accepted for
 *         loopback and link-local addresses only (base/address.h). A proxy's own TLS is
 *         held to the same. The one exception is asked for with `unverified`, which
 *         iamlp-net never does.
 *
 * HTTP-2  No environment variable, .netrc, cookie or redirect MUST have any effect,
 *         and no proxy but the one in the options, which is used for https alone, by
 *         CONNECT. libcurl and OpenSSL read some variables (SSLKEYLOGFILE, SSL_CERT_FILE,
 *         OPENSSL_CONF) with a plain getenv that no option turns off, so http_open
 *         refuses to work unless the environment is empty.
 *
 * HTTP-3  A request's body MUST be handed to a connection at most once. libcurl repeats
 *         a request on its own when a kept connection turns out dead; for a create that
 *         would be a second create nobody counted. The body is therefore given by a
 *         callback that can be read once and cannot be rewound.
 *
 * HTTP-4  `sent` MUST be exact: false means that no byte of the body left (or, without
 *         a body, of the request), so the server cannot have acted. What is said to a
 *         proxy to make the tunnel does not count.
 *
 * The handle keeps its connection, so requests to one host share one.
 */
#ifndef IAMLP_AWS_HTTP_H
#define IAMLP_AWS_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/secret.h"

#define HTTP_BODY_MAX   (256 * 1024) /* bytes of an answer's body */
#define HTTP_HEADER_MAX (16 * 1024)  /* bytes of an answer's headers in all */

struct http;

struct http_options {
    const char *user_agent; /* such as "pam_iamlp/0.1.0" */
    const char *ca_pem;     /* a bundle's bytes instead of the system's store; NULL: system */
    size_t ca_len;
    const struct clock *clock;
    const char *proxy;               /* "http://HOST:PORT" or https; NULL: none */
    const struct secret *proxy_auth; /* "USER:PASSWORD"; NULL: the proxy wants none */
    bool unverified; /* against HTTP-1, by the word of the person who typed the command alone */
};

/* NULL: ERR_MEMORY, ERR_TRUST (HTTP-2), ERR_CONFIG (the bundle holds no
 * certificate, or this libcurl cannot take one from memory; the proxy's URL, or a
 * proxy_auth that is not of that form). Options are copied. */
struct http *http_open(const struct http_options *o, struct err *e);
void http_close(struct http *h);

struct http_request {
    const char *method;         /* GET, PUT or POST */
    const char *url;            /* absolute, http or https */
    const char *const *headers; /* "Name: value" lines, NULL at the end */
    const struct secret *body;  /* NULL: none */
    int64_t deadline;           /* of the monotonic clock, ms */
    bool direct;                /* never through the proxy: services of this host's own link */
};

struct http_answer {
    int status;          /* 0: no answer */
    struct secret *body; /* never NULL after success; the caller frees */
    char request_id[64]; /* x-amzn-RequestId, cleaned; "" if none */
    int64_t date;        /* the Date header in seconds since the epoch; 0 if none or invalid */
    bool tls;            /* the answer came over verified TLS */
    bool sent;           /* HTTP-4; valid in failure too */
};

/* 0 with an answer of any status; -1: ERR_TIMEOUT, ERR_NETWORK, ERR_TRUST (the
 * certificate), ERR_LIMIT (body or headers too large), ERR_CONFIG (the URL), ERR_DENIED
 * (the proxy wants other credentials or does not allow the host). The sentence names the
 * host, or the proxy where that is at fault. `a` is always initialised; http_answer_free is safe.
 */
int http_send(struct http *h, const struct http_request *r, struct http_answer *a, struct err *e);
void http_answer_free(struct http_answer *a);

#endif
