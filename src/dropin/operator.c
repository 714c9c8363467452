#include "dropin/operator.h"

#include <stdio.h>

#define USER_AGENT "iamlp/" IAMLP_VERSION

int
operator_connect(struct operator* op, struct err *e)
{
    const struct settings *s = op->settings;
    struct endpoint_wish wish = {.region = s->region,
                                 .url = op->order->endpoint_url,
                                 .fips = s->fips,
                                 .dualstack = s->dualstack};
    struct http_options options = {
        .user_agent = USER_AGENT,
        .ca_pem = s->ca != NULL ? secret_str(s->ca) : NULL,
        .ca_len = s->ca != NULL ? secret_len(s->ca) : 0,
        .clock = &clock_system,
        .unverified = op->order->no_verify_ssl != NULL,
    };

    retry_init(&op->retry);
    if (endpoint_resolve(op->order->row->service, &wish, &op->endpoint, e) != 0 ||
        proxy_find(op->endpoint.host, &op->proxy, e) != 0)
        return -1;
    if (op->proxy.url[0] != '\0') {
        options.proxy = op->proxy.url;
        options.proxy_auth = op->proxy.auth;
    }
    if (options.unverified)
        (void)fprintf(stderr, "iamlp: --no-verify-ssl: nobody has checked who answers; "
                              "--ca-bundle names the authority that vouches for it\n");
    op->http = http_open(&options, e);
    return op->http != NULL ? 0 : -1;
}

enum signer_verdict
operator_sign(struct operator* op, int64_t deadline, struct err *e)
{
    const struct cred_context c = {op->http, &clock_system, &op->retry, deadline};

    if (op->order->no_sign_request != NULL)
        return SIGNER_FOUND;
    return signer_find(&op->signer, op->settings, &c, e);
}

struct query_target
operator_target(struct operator* op, int64_t deadline)
{
    return (struct query_target){
        .http = op->http,
        .endpoint = &op->endpoint,
        .key = op->order->no_sign_request == NULL ? &cred_of(&op->signer.set)->key : NULL,
        .clock = &clock_system,
        .deadline = deadline,
        .retry = &op->retry};
}

void operator_close(struct operator* op)
{
    signer_free(&op->signer);
    http_close(op->http);
    secret_free(op->proxy.auth);
    *op = (struct operator){.order = op->order, .settings = op->settings};
}
