/*
 * sts: the two calls that turn one identity into keys of a role (STS 2011-06-15).
 *
 * Private to cred. STS's limits (RoleSessionName, SourceIdentity, ExternalId,
 * DurationSeconds) are the caller's to keep; what is out of them is AWS's to refuse.
 */
#ifndef IAMLP_CRED_STS_H
#define IAMLP_CRED_STS_H

#include "cred/cred.h"

struct sts_role {
    const char *arn;
    const char *session_name;
    const char *external_id;        /* NULL: none */
    const char *source_identity;    /* NULL: none */
    int duration;                   /* seconds; 0: not sent, AWS takes an hour */
    const struct secret *web_token; /* AssumeRoleWithWebIdentity, not signed; NULL: AssumeRole */
};

/* Ask STS (where the source says, in region `region`) with `key`, which is not used with
 * a web token. `out` gets keys, expiry and nothing else. -1: ERR_DENIED with AWS's
 * sentence, the role and what the trust policy has to allow; ERR_BUSY, ERR_TIMEOUT,
 * ERR_NETWORK, ERR_FORMAT (stsfault.h), ERR_CONFIG, ERR_MEMORY. */
int sts_assume(const struct cred_source *s, const struct cred_context *c, const char *region,
               const struct sigv4_key *key, const struct sts_role *role, struct cred *out,
               struct err *e);

#endif
