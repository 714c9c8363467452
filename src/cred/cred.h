/*
 * cred: where credentials come from: a chain of providers, each one file.
 *
 * Providers read nothing themselves: what root read for them (files, tokens) is
 * in the source, and only IMDS is asked over the network. With `auto` the first
 * provider that is configured answers or is an error; only IMDS may be absent
 * silently.
 */
#ifndef IAMLP_CRED_CRED_H
#define IAMLP_CRED_CRED_H

#include <stdint.h>

#include "aws/http.h"
#include "aws/sigv4.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/secret.h"

enum cred_choice {
    CRED_AUTO,
    CRED_FILE,
    CRED_IMDS
};

struct cred_source {
    enum cred_choice choice;
    const struct secret *credentials_file; /* raw bytes, or NULL */
    const struct secret *config_file;      /* raw bytes, or NULL */
    const char *credentials_path;          /* their paths, for sentences only */
    const char *config_path;
    const char *profile;           /* NULL: "default" */
    const char *imds_endpoint_url; /* NULL: http://169.254.169.254 */
    const char *imds_role;         /* NULL: the first that IMDS names */
};

struct cred_context {
    struct http *http;
    const struct clock *clock;
    int64_t deadline; /* of the whole chain */
};

struct cred {
    struct sigv4_key key;
    char region[32];      /* "" if the provider knows none */
    const char *provider; /* static name, for logs: "file", "imds" */
};

/* Run the chain. -1: ERR_DENIED (nobody had credentials; the sentence says why
 * each did not), ERR_FORMAT (file, line, mend), ERR_TIMEOUT, ERR_NETWORK,
 * ERR_CONFIG (imds_endpoint_url), ERR_MEMORY. */
int cred_resolve(const struct cred_source *s, const struct cred_context *c, struct cred *out,
                 struct err *e);

/* Release the keys. */
void cred_free(struct cred *c);

#endif
