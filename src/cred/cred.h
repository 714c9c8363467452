/*
 * cred: where credentials come from: a chain of providers, each one file, and the role
 * that is assumed with what the chain gave.
 *
 * CRED-1  Providers read nothing themselves: what root read or ran for them (files,
 *         tokens, a process's output) is in the source. Over the network only IMDS, the
 *         container's service and STS are asked.
 * CRED-2  With `auto` the first provider that is configured answers or is an error; only
 *         IMDS may be absent silently.
 * CRED-3  Keys that run out within CRED_LEAST_LIFE_S MUST NOT be used: they would turn a
 *         slow answer into an unknown one.
 * CRED-4  Kept keys with at least CRED_FRESH_S to go are used without asking anybody;
 *         with less, new ones are asked for, and where that fails the kept ones serve
 *         for as long as CRED-3 lets them. Keys that stand in a file are never kept, so
 *         where the chain ends in such, kept ones are forged and MUST NOT be used.
 * CRED-5  Each failure says in one sentence which file or address it was and what to
 *         mend. No sentence quotes a key, a token or a file's contents.
 */
#ifndef IAMLP_CRED_CRED_H
#define IAMLP_CRED_CRED_H

#include <stdbool.h>
#include <stdint.h>

#include "aws/endpoint.h"
#include "aws/http.h"
#include "aws/retry.h"
#include "aws/sigv4.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/program.h"
#include "base/secret.h"

#define CRED_LEAST_LIFE_S 60
#define CRED_FRESH_S      (15 * 60)

#define CRED_PATH_MAX     256  /* bytes of a path in a profile */
#define CRED_PROVIDER_MAX 16   /* bytes of a provider's name, with its NUL */
#define CRED_PLACE_SIZE   1025 /* bytes of a place, with its NUL */

enum cred_choice {
    CRED_AUTO,
    CRED_FILE,         /* shared files: keys or roles of the profile */
    CRED_PROCESS,      /* the profile's credential_process */
    CRED_WEB_IDENTITY, /* role_arn by a token */
    CRED_CONTAINER,    /* ECS, EKS pod identity */
    CRED_IMDS
};

/* Keys, and who gave them. */
struct cred {
    struct sigv4_key key;
    bool of_role;                      /* they are a role's, whichever way it was come to */
    char region[ENDPOINT_REGION_SIZE]; /* "" if the provider knows none */
    char provider[CRED_PROVIDER_MAX];  /* of the table in cred.c; "" : no keys here */
};

/* Everything the chain works with. NULL or "" is "not configured" throughout. */
struct cred_source {
    enum cred_choice choice;

    /* shared files */
    const struct secret *credentials_file; /* raw bytes */
    const struct secret *config_file;      /* raw bytes */
    const char *credentials_path;          /* their paths, for sentences only */
    const char *config_path;
    const char *profile; /* NULL: "default" */
    /* What cred_needs asked for. */
    const struct secret *process_output; /* what credential_process printed */
    const char *process_fault;           /* why it could not be run, a sentence */

    /* the token of web identity, of the configuration or of a profile */
    const struct secret *web_token;
    const char *web_token_path;  /* for sentences */
    const char *web_token_fault; /* why it could not be read, a sentence */

    const char *container_uri; /* absolute; the host rule of container.c */
    const struct secret *container_token;
    const char *container_token_path; /* for sentences */

    const char *imds_endpoint_url; /* NULL: http://169.254.169.254 */
    const char *imds_role;         /* NULL: the first that IMDS names */

    /* the role on top */
    const char *role_arn;
    const char *external_id;
    int role_duration;           /* seconds */
    const char *session_name;    /* as STS takes it (cred/identity.h); never NULL with a role */
    const char *source_identity; /* as STS takes it */

    /* STS */
    const char *region; /* before any that a provider knows */
    const char *sts_endpoint_url;
    bool fips;
    bool dualstack;

    /* what an earlier run got with this very configuration */
    const struct cred *kept_base; /* of the chain */
    const struct cred *kept_role; /* of role_arn, this account and source identity */
};

struct cred_context {
    struct http *http;
    const struct clock *clock;
    struct retry *retry; /* for STS */
    int64_t deadline;    /* of the whole chain */
};

/* What came of it. */
struct cred_set {
    struct cred base; /* of the chain; without keys where kept_role was enough */
    struct cred role; /* of role_arn, by AssumeRole or by the configuration's own token;
                         without keys where there is none */
    bool base_new;    /* got now: worth keeping where it expires */
    bool role_new;
};

/* What root has to provide before the chain can run, since it is in the files only. */
struct cred_needs {
    char command[PROGRAM_COMMAND_MAX + 1]; /* credential_process, as written; "" : none */
    char token_path[CRED_PATH_MAX + 1];    /* web_identity_token_file; "" : none */
};

/* What the profile of the source (files, paths, profile, choice) needs; asks nobody, and
 * needs nothing where there are no files, or where cred_resolve will say that they have no
 * keys. -1: ERR_FORMAT (file, line, mend), ERR_LIMIT, ERR_MEMORY. */
int cred_needs(const struct cred_source *s, struct cred_needs *needs, struct err *e);

/* Run the chain, then assume role_arn. -1: ERR_DENIED (nobody had credentials, or STS
 * refused; the sentence says why each did not), ERR_FORMAT, ERR_CONFIG (file, line,
 * mend), ERR_BUSY (STS throttles), ERR_TIMEOUT, ERR_NETWORK, ERR_MEMORY; `out` is then
 * empty. */
int cred_resolve(const struct cred_source *s, const struct cred_context *c, struct cred_set *out,
                 struct err *e);

/* The keys to sign with: the role's, or else the chain's. */
const struct cred *cred_of(const struct cred_set *set);

/* Where the keys come from, for a sentence about them: the file, the token or the address
 * that the source names for their provider. "" where it names none. Of container_uri the
 * host alone: on ECS its path is all that one needs to get the keys. */
void cred_place(const struct cred_source *s, const struct cred *c, char out[CRED_PLACE_SIZE]);

/* Release keys. */
void cred_free(struct cred *c);
void cred_set_free(struct cred_set *set);

#endif
