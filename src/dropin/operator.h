/*
 * operator: whoever has typed the command, on the way to IAM: address, proxy, connection, keys.
 */
#ifndef IAMLP_DROPIN_OPERATOR_H
#define IAMLP_DROPIN_OPERATOR_H

#include "aws/query.h"
#include "dropin/order.h"
#include "dropin/proxy.h"
#include "dropin/settings.h"
#include "dropin/signer.h"

/* Begun with order and settings, which outlive it, and zeros. The order's row says which
 * service it is. */
struct operator
{
    const struct order *order;
    const struct settings *settings;
    struct signer signer;
    struct proxy proxy;
    struct endpoint endpoint;
    struct http *http;
    struct retry retry;
};

/* Everything but the keys. -1: ERR_CONFIG and others; operator_close is safe. */
int operator_connect(struct operator* op, struct err *e);

/* The keys, unless the order wants none. As signer_find. */
enum signer_verdict operator_sign(struct operator* op, int64_t deadline, struct err *e);

/* Whom to ask, and as whom; points into `op`. */
struct query_target operator_target(struct operator* op, int64_t deadline);

void operator_close(struct operator* op);

#endif
