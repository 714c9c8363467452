/*
 * provider: what a provider is to the chain in cred.c: a row there, a file here.
 *
 * PROVIDER-1  A provider's own work ends at provider_deadline(), which is never later than
 *             the chain's: one that does not answer leaves time for the sentence about it.
 * PROVIDER-2  No provider judges how long its keys last: cred.c does (CRED-3, CRED-4).
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
 * frees it. The sentence begins with a file, an address or a setting, not with the
 * provider's name, which the chain puts in front; of an absent one it is short, such as
 * "container_uri is not given". */
typedef enum provider_verdict provider_resolve(const struct cred_source *s,
                                               const struct cred_context *c, struct cred *out,
                                               struct err *e);

provider_resolve file_resolve;      /* a profile, wherever it leads */
provider_resolve process_resolve;   /* process_read; absent where nothing was run */
provider_resolve web_resolve;       /* web_assume of the source's own role_arn; absent
                                       where there is neither token nor fault */
provider_resolve container_resolve; /* absent without container_uri */
provider_resolve imds_resolve;

#define IMDS_ENDPOINT "http://169.254.169.254" /* where the source names none */

/* The rest is for profiles that lead to one of these. */

/* Keys from s->process_output. -1: ERR_DENIED with s->process_fault; ERR_ABSENT (there is
 * neither), ERR_FORMAT, ERR_LIMIT, ERR_MEMORY; `out` may then hold parts. */
int process_read(const struct cred_source *s, struct cred *out, struct err *e);

/* Keys of role_arn by s->web_token (sts_assume). `duration` 0: AWS's own. -1: ERR_DENIED
 * with s->web_token_fault; ERR_ABSENT (there is neither); ERR_CONFIG, ERR_FORMAT (the
 * token is none), and what sts_assume returns; `out` is then empty. */
int web_assume(const struct cred_source *s, const struct cred_context *c, const char *region,
               const char *role_arn, const char *session_name, int duration, struct cred *out,
               struct err *e);

/* `ms` from now, or the chain's deadline where that is earlier. */
int64_t provider_deadline(const struct cred_context *c, int64_t ms);

/* The time as AWS has it, as far as that is known (RETRY-4): what expiries are held
 * against. */
int64_t provider_now(const struct cred_context *c);

/* Put "; how" behind the sentence: what to mend. Returns -1. */
int provider_mend(struct err *e, const char *how);

/* A server may repeat in its sentence what it was sent. One that holds a piece of the
 * secret is taken away; "where" (a file, an address) and the code stay. */
void provider_withhold(const struct secret *secret, const char *where, struct err *e);

#endif
