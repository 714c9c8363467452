#include "aws/exchange.h"

#include <string.h>

#include "aws/header.h"
#include "base/text.h"

size_t
exchange_read(char *to, size_t size, size_t count, void *exchange)
{
    struct exchange *x = exchange;
    size_t n = size * count < x->left_len ? size * count : x->left_len;

    x->a->sent = true;
    memcpy(to, x->left, n);
    x->left += n;
    x->left_len -= n;
    return n;
}

bool
exchange_ready(struct exchange *x)
{
    x->ready = true;
    if (x->a->sent)
        return false;
    x->a->sent = !x->has_body;
    return true;
}

size_t
exchange_header(char *line, size_t size, size_t count, void *exchange)
{
    struct exchange *x = exchange;
    size_t len = size * count, n = 0;
    const char *v = NULL;

    x->header_bytes += len;
    if (x->header_bytes > HTTP_HEADER_MAX) {
        err_set(&x->fault, ERR_LIMIT, "the answer has more than %d bytes of headers",
                HTTP_HEADER_MAX);
        return 0;
    }
    if (len >= 5 && memcmp(line, "HTTP/", 5) == 0) {
        /* The final answer's, after any number of 1xx. */
        x->in_headers = true;
        x->a->date = 0;
        x->a->request_id[0] = '\0';
    } else if (len > 0 && (line[0] == '\r' || line[0] == '\n')) {
        x->in_headers = false; /* what follows the body is a trailer: not believed */
    } else if (x->in_headers && header_is(line, len, "Date", &v, &n)) {
        x->a->date = header_date(v, n);
    } else if (x->in_headers && header_is(line, len, "x-amzn-RequestId", &v, &n)) {
        text_clean(x->a->request_id, sizeof(x->a->request_id), v, n);
    }
    return len;
}

size_t
exchange_body(char *data, size_t size, size_t count, void *exchange)
{
    struct exchange *x = exchange;

    if (secret_append(x->a->body, data, size * count, &x->fault) != 0) {
        err_wrap(&x->fault, "the answer is too large");
        return 0;
    }
    return size * count;
}
