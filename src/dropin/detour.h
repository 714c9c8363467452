/*
 * detour: the proxy that the environment names for a host (HTTPS_PROXY, NO_PROXY).
 */
#ifndef IAMLP_DROPIN_DETOUR_H
#define IAMLP_DROPIN_DETOUR_H

#include "base/err.h"
#include "base/secret.h"

struct detour {
    char url[256];       /* "": none */
    struct secret *auth; /* "USER:PASSWORD" of the URL, or NULL; the caller frees */
};

/* The proxy on the way to `host` ("HOST" or "HOST:PORT") over https; plain http goes to this
 * host's own services alone. -1: ERR_LIMIT, ERR_FORMAT, ERR_MEMORY. */
int detour_find(const char *host, struct detour *d, struct err *e);

#endif
