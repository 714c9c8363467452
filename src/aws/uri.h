/*
 * uri: percent-encoding as SigV4 wants it, and the parts of a URL (RFC 3986).
 */
#ifndef IAMLP_AWS_URI_H
#define IAMLP_AWS_URI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/secret.h"

/* Append src[0..len) with everything but unreserved characters as %XX. -1 as secret_append. */
int uri_encode(struct secret *out, const char *src, size_t len, struct err *e);

struct uri {
    bool tls;            /* https */
    char host[128];      /* without brackets */
    bool ipv6;           /* host was in brackets */
    unsigned port;       /* the default where none is given */
    char path[256];      /* "/" when empty */
    char authority[160]; /* host[:port] as it belongs into a Host header */
};

/* Parse an absolute http or https URL without user, query or fragment.
 * -1: ERR_CONFIG with the reason. */
int uri_parse(const char *text, struct uri *u, struct err *e);

#endif
