/*
 * proxy: the proxy that the environment names for a host (HTTPS_PROXY, NO_PROXY).
 */
#ifndef IAMLP_DROPIN_PROXY_H
#define IAMLP_DROPIN_PROXY_H

#include "base/err.h"
#include "base/secret.h"

struct proxy {
    char url[256];       /* "": none */
    struct secret *auth; /* "USER:PASSWORD" of the URL, or NULL; the caller frees */
};

/* The proxy for https to `host`, which is "HOST" or "HOST:PORT". For http there is none: only
 * services of this machine are asked by it. -1: ERR_LIMIT, ERR_MEMORY; nothing is to be freed. */
int proxy_find(const char *host, struct proxy *p, struct err *e);

#endif
