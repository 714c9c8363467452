/*
 * signer: whose keys sign, in the order in which the AWS CLI looks for them: the environment
 * (unless a profile is named on the command line), web identity, the profile and wherever it
 * leads, the container's service, IMDS.
 */
#ifndef IAMLP_DROPIN_SIGNER_H
#define IAMLP_DROPIN_SIGNER_H

#include "cred/cred.h"
#include "dropin/settings.h"

struct signer {
    struct cred_set set;
    char from[64]; /* where they are from, for --debug */
};

enum signer_verdict {
    SIGNER_FOUND,
    SIGNER_NONE,    /* nobody has any */
    SIGNER_REFUSED, /* STS refused the role */
    SIGNER_FAILED   /* a place that should have them is broken */
};

/* The sentence is there without SIGNER_FOUND; signer_free is safe. */
enum signer_verdict signer_find(struct signer *s, const struct settings *settings,
                                const struct cred_context *c, struct err *e);
void signer_free(struct signer *s);

#endif
