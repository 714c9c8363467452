/*
 * trust: the policy that says who may assume an account's role_arn.
 *
 * TRUST-1  What the configuration does not know (who assumes the role, whose token) MUST
 *          be given by the caller, or be a text that no principal and no token can have:
 *          a document that was not completed opens nothing.
 */
#ifndef IAMLP_CLI_TRUST_H
#define IAMLP_CLI_TRUST_H

#include "cli/writer.h"
#include "conf/conf.h"

/* What the configuration does not say. */
struct trust_more {
    const char *principal; /* ARN of the hosts' role, or of the OIDC provider; NULL: unknown */
    const char *org;       /* "o-..."; NULL: no condition on the organisation */
};

/* Write the trust policy of the account's role under `key` (NULL: as the whole document). */
void trust_write(struct writer *w, const char *key, const struct conf *c,
                 const struct conf_account *account, const struct trust_more *more);

#endif
