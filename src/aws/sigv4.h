/*
 * sigv4: AWS Signature Version 4, its steps named as AWS names them.
 *
 * Follows "Create a signed AWS API request" of the IAM user guide. The clock is
 * the caller's: `time` is what is signed. Only this file includes OpenSSL.
 */
#ifndef IAMLP_AWS_SIGV4_H
#define IAMLP_AWS_SIGV4_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/secret.h"

#define SIGV4_HASH_SIZE 65 /* SHA-256 as lower-case hex, with its NUL */

struct sigv4_key {
    char access_key_id[129];
    struct secret *secret_key;
    struct secret *session_token; /* NULL: none; an empty one is never sent or signed */
    int64_t expires;              /* seconds since the epoch; 0: does not expire */
};

/* Release what the key holds and clear it; the struct is the caller's. */
void sigv4_key_free(struct sigv4_key *k);

struct sigv4_request {
    const char *method; /* POST */
    const char *host;   /* as in the Host header: with the port unless it is the default */
    const char *path;   /* "/" */
    const char *content_type;
    const void *body;
    size_t body_len;
    const char *region;  /* signing region */
    const char *service; /* iam, sts */
    int64_t time;        /* seconds since the epoch */
};

/* Every intermediate result, so that a wrong signature can be compared step by
 * step. None of them holds the secret key. */
struct sigv4_steps {
    char amz_date[17];                /* YYYYMMDDTHHMMSSZ */
    struct secret *canonical_request; /* the session token is in it */
    struct buf string_to_sign;
    char signature[SIGV4_HASH_SIZE];
    struct buf authorization; /* the value of the Authorization header */
};

/* Sign content-type, host, x-amz-date and, with a token, x-amz-security-token.
 * -1: ERR_MEMORY, ERR_SYSTEM (OpenSSL), ERR_LIMIT. sigv4_steps_free is always safe. */
int sigv4_sign(const struct sigv4_request *r, const struct sigv4_key *k, struct sigv4_steps *s,
               struct err *e);
void sigv4_steps_free(struct sigv4_steps *s);

/* The hash that the steps are built on. -1: ERR_SYSTEM (OpenSSL). */
int sigv4_hash(const void *data, size_t len, char out[SIGV4_HASH_SIZE], struct err *e);

#endif
