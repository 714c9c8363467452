/*
 * renew: another console password for one IAM user, by the credentials of whoever types it.
 *
 * RENEW-1  They MUST be of the account that is meant, and what the user has there is found
 *          out before anything is changed.
 */
#ifndef IAMLP_DIRECT_RENEW_H
#define IAMLP_DIRECT_RENEW_H

#include "dropin/operator.h"
#include "iam/iam.h"

/* What the user has at the AWS console. */
enum renew_access {
    RENEW_UNSEEN, /* these credentials may not look */
    RENEW_PASSWORD,
    RENEW_NONE, /* and has never used one */
    RENEW_TAKEN /* has used one, and it is there no more */
};

/* Begun with zeros and `iam_user`; the rest is read only. */
struct renew {
    struct order order;
    struct settings settings;
    struct operator op;
    struct iam_output *out;
    char iam_user[65], account[13], partition[32]; /* account: "" until it is known */
    enum renew_access access;
    struct secret *password;
    bool sure; /* AWS has said yes */
};

/* Find the keys and the way, as the AWS CLI would with these options (NULL: not given). -1:
 * the sentence. */
int renew_connect(struct renew *n, const char *profile, const char *region,
                  const char *endpoint_url, const char *ca_bundle, struct err *e);

/* RENEW-1: fill account, partition and access. -1: ERR_DENIED where another account was
 * expected, or as AWS said. */
int renew_identify(struct renew *n, struct err *e);

/* Make one that fits the account's policy, where that may be read, else IAM's default. */
int renew_make(struct renew *n, unsigned length, const char *exclude, struct err *e);

/* Set it: one that is there is changed, who has none gets one. 0 with `sure` false: it may have
 * been set. -1: nothing was changed. */
int renew_set(struct renew *n, struct err *e);

void renew_end(struct renew *n);

#endif
