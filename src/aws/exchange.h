/*
 * exchange: one request under way, as the transport sees it: a body to be read once, the
 * lines and the body of an answer to be taken in, each up to its ceiling.
 *
 * Private to http. The callbacks have the form that libcurl calls, and a struct exchange
 * as their last argument; what they return in failure makes it end the transfer.
 */
#ifndef IAMLP_AWS_EXCHANGE_H
#define IAMLP_AWS_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "aws/http.h"

struct exchange {
    const char *left; /* what of the request's body has not been read yet */
    size_t left_len;
    bool has_body;
    bool ready;      /* a connection has stood, TLS and tunnel included */
    bool in_headers; /* between a status line and the empty line */
    size_t header_bytes;
    struct http_answer *a;
    struct err fault; /* why a callback ended the transfer */
};

/* HTTP-3, HTTP-4: up to size * count bytes of the request's body into `to`; 0 at its end.
 * There is no way back. */
size_t exchange_read(char *to, size_t size, size_t count, void *exchange);

/* The request is about to be written to a connection. false: it must not be, because an
 * earlier one may have been read (HTTP-3). */
bool exchange_ready(struct exchange *x);

/* One line of the answer's head, with its CR LF. 0: HTTP_HEADER_MAX. */
size_t exchange_header(char *line, size_t size, size_t count, void *exchange);

/* A piece of the answer's body. 0: HTTP_BODY_MAX. */
size_t exchange_body(char *data, size_t size, size_t count, void *exchange);

#endif
