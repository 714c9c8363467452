/*
 * local: one request to a service of this host's own: IMDS, or the one of containers.
 *
 * LOCAL-1  Never through a proxy where the address is loopback or link-local: a proxy
 *          would be asked for its own host's keys, and be shown this one's.
 * LOCAL-2  While it answers that it is busy (429, 5xx), it is asked again, LOCAL_ATTEMPTS
 *          times in all. Silence and a refused connection stand: off AWS nobody is there,
 *          and a hook waits for this.
 */
#ifndef IAMLP_CRED_LOCAL_H
#define IAMLP_CRED_LOCAL_H

#include "cred/cred.h"

#define LOCAL_ATTEMPTS 3

struct local_request {
    const char *method;
    const char *url;
    const char *header; /* one line; NULL: none */
    int64_t within_ms;  /* for each attempt, inside the context's deadline */
};

/* As http_send, whose answer it gives. Without c->retry there is one attempt. */
int local_ask(const struct cred_context *c, const struct local_request *r, struct http_answer *a,
              struct err *e);

#endif
