/*
 * provider: what a provider is to the chain in cred.c: a row there, a file here.
 */
#ifndef IAMLP_CRED_PROVIDER_H
#define IAMLP_CRED_PROVIDER_H

#include <stdbool.h>

#include "cred/cred.h"

enum provider_verdict {
    PROVIDER_FOUND,
    PROVIDER_ABSENT, /* there is no such source of keys here: `auto` may go on */
    PROVIDER_FAILED, /* there is one and it is broken: `auto` stops */
};

/* Fill out->key, and out->region where it is "" and the provider knows one.
 * Without PROVIDER_FOUND the error says why and `out` may hold parts; the caller
 * frees it. */
typedef enum provider_verdict provider_resolve(const struct cred_source *s,
                                               const struct cred_context *c, struct cred *out,
                                               struct err *e);

provider_resolve file_resolve;
provider_resolve imds_resolve;

#endif
