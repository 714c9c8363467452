/*
 * blame: who is at fault for a transfer without an answer, as a sentence: the server or
 * the proxy, by its address, and the mend. Private to http.
 *
 * libcurl's own texts may quote a request, so none of them is ever shown.
 */
#ifndef IAMLP_AWS_BLAME_H
#define IAMLP_AWS_BLAME_H

#include <stdbool.h>

#include "base/err.h"

enum blame {
    BLAME_OTHER,
    BLAME_MEMORY,
    BLAME_URL,
    BLAME_NAME,    /* does not resolve */
    BLAME_CONNECT, /* os_error says why; 0: no address answered */
    BLAME_TIMEOUT,
    BLAME_TLS,         /* no TLS at all */
    BLAME_CERTIFICATE, /* certificate says why */
    BLAME_NO_STORE,    /* nothing to verify certificates with */
    BLAME_CLOSED,      /* without an answer */
    BLAME_SEND,
    BLAME_RECEIVE,
    BLAME_PARTIAL,
    BLAME_NOT_HTTP,
    BLAME_ENCODING,
    BLAME_HEADERS, /* too large */
};

struct blame_case {
    enum blame what;
    const char *host;  /* the server's */
    const char *proxy; /* URL, if it was to go through one; else NULL */
    bool proxy_auth;   /* with a user and a password */
    bool tunnel;       /* the tunnel through the proxy stood; without one, the connection */
    long connect;      /* the proxy's status to CONNECT; 0: none */
    long certificate;  /* X509_V_ERR_*; 0: the name does not match */
    int os_error;      /* an errno */
    struct err answer; /* what is wrong with an answer that came; ERR_OK: none did */
};

/* Returns -1: ERR_MEMORY, ERR_CONFIG, ERR_NETWORK, ERR_TIMEOUT, ERR_TRUST, ERR_LIMIT,
 * ERR_DENIED as http_send has them. */
int blame_explain(const struct blame_case *c, struct err *e);

/* Is it an authority that is not trusted, and not a name or a date that is wrong? */
bool blame_is_authority(const struct blame_case *c);

#endif
