/*
 * endpoint: where a partition's IAM and STS are, and what region signs for them. One
 * table, from AWS's published partitions.
 */
#ifndef IAMLP_AWS_ENDPOINT_H
#define IAMLP_AWS_ENDPOINT_H

#include <stdbool.h>

#include "base/err.h"

#define ENDPOINT_REGION_SIZE 32 /* bytes of a region's name, with its NUL */

enum endpoint_service {
    ENDPOINT_IAM,
    ENDPOINT_STS
};

struct endpoint {
    char url[256];                     /* "https://iam.amazonaws.com/" */
    char host[200];                    /* the Host header, port included unless it is the default */
    char region[ENDPOINT_REGION_SIZE]; /* signing region */
    char service[8];                   /* signing name: "iam" or "sts" */
};

/* What is asked for. */
struct endpoint_wish {
    const char *region; /* NULL or "": us-east-1 */
    const char *url;    /* an address of the administrator's own; NULL: AWS's */
    bool fips;          /* AWS's FIPS 140 endpoint; no effect on `url` */
    bool dualstack;     /* AWS's endpoint for IPv4 and IPv6; no effect on `url` */
};

/* Resolve as AWS's newest endpoint rule sets do, by which every partition has all four
 * variants; STS always in its region. With `url` the region is signed as it stands. -1:
 * ERR_CONFIG naming the region or the URL. */
int endpoint_resolve(enum endpoint_service service, const struct endpoint_wish *wish,
                     struct endpoint *ep, struct err *e);

#endif
