/*
 * writer: a JSON document (RFC 8259), indented by four, into a buf.
 *
 * Written by hand and not with jansson, whose home is the room that reads what comes from
 * the network: iamlp runs at people's logins, and would load it, and libcurl and OpenSSL
 * beside it, there.
 *
 * Values follow each other in the order of the calls; inside an object each has a key,
 * inside a list it has none (NULL). Texts are UTF-8.
 */
#ifndef IAMLP_CLI_WRITER_H
#define IAMLP_CLI_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct writer {
    struct buf *out; /* whose errors stick; the caller asks it at the end */
    unsigned depth;
    bool first; /* nothing stands yet in what was opened last */
};

void writer_begin(struct writer *w, struct buf *out);

/* An object '{' or a list '[', and its end: '}' or ']'. The end of the outermost ends the
 * line, too. */
void writer_open(struct writer *w, const char *key, char bracket);
void writer_close(struct writer *w, char bracket);

void writer_text(struct writer *w, const char *key, const char *text);
void writer_number(struct writer *w, const char *key, int64_t n);

#endif
