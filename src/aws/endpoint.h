/*
 * endpoint: where a partition's IAM and STS are, and what region signs for them. One
 * table, from AWS's published partitions.
 */
#ifndef IAMLP_AWS_ENDPOINT_H
#define IAMLP_AWS_ENDPOINT_H

#include "base/err.h"

enum endpoint_service {
    ENDPOINT_IAM,
    ENDPOINT_STS
};

struct endpoint {
    char url[256];   /* "https://iam.amazonaws.com/" */
    char host[200];  /* the Host header, port included unless it is the default */
    char region[32]; /* signing region */
    char service[8]; /* signing name: "iam" or "sts" */
};

/* Resolve. `region` NULL or "" means us-east-1; with `url` (not NULL) the region
 * is signed as it stands. -1: ERR_CONFIG naming the region or the URL. */
int endpoint_resolve(enum endpoint_service service, const char *region, const char *url,
                     struct endpoint *ep, struct err *e);

#endif
