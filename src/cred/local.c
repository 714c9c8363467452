#include "cred/local.h"

#include <string.h>

#include "aws/uri.h"
#include "base/address.h"
#include "cred/provider.h"

#define WAIT_MS 100 /* before the second attempt; twice that before the third */

static bool
may_repeat(const struct cred_context *c, const struct http_answer *a, int64_t wait_ms)
{
    return c->retry != NULL && (a->status == 429 || a->status >= 500) &&
           clock_left_ms(c->clock, c->deadline) > wait_ms + RETRY_LEAST_MS;
}

int
local_ask(const struct cred_context *c, const struct local_request *r, struct http_answer *a,
          struct err *e)
{
    const char *headers[] = {r->header, NULL};
    struct http_request request = {.method = r->method, .url = r->url, .headers = headers};
    int64_t wait_ms = WAIT_MS;
    struct uri u;

    memset(a, 0, sizeof(*a));
    if (uri_parse(r->url, &u, e) != 0)
        return -1;
    request.direct = address_is_local(u.host);
    for (int attempt = 1;; attempt++, wait_ms *= 2) {
        request.deadline = provider_deadline(c, r->within_ms);
        if (http_send(c->http, &request, a, e) != 0)
            return -1;
        if (attempt == LOCAL_ATTEMPTS || !may_repeat(c, a, wait_ms))
            return 0;
        http_answer_free(a);
        c->retry->sleep_ms(wait_ms);
    }
}
