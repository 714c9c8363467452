/*
 * json: small documents from IMDS, containers, credential processes and people, over
 * jansson. Only what is asked of them: the members of one flat object.
 */
#ifndef IAMLP_AWS_JSON_H
#define IAMLP_AWS_JSON_H

#include <stddef.h>

#include "base/err.h"
#include "base/secret.h"

#define JSON_TEXT_MAX  (64 * 1024) /* bytes of a document */
#define JSON_DEPTH_MAX 8           /* objects and lists within each other */

struct json;

/* Parse an object. NULL: ERR_FORMAT with line and column (never the text),
 * ERR_LIMIT, ERR_MEMORY. Duplicate keys are refused. */
struct json *json_parse(const char *text, size_t len, struct err *e);
void json_free(struct json *j);

/* As json_parse, for what a person wrote for the AWS CLI: of duplicate keys the last
 * counts. */
struct json *json_parse_last(const char *text, size_t len, struct err *e);

/* The string (or integer, in decimal) under `key`: a new secret; NULL with
 * ERR_ABSENT when there is none or it is null, ERR_FORMAT for other types.
 * (Not json_string: jansson exports a function of that name.) */
struct secret *json_member(const struct json *j, const char *key, struct err *e);

enum json_kind {
    JSON_KIND_ABSENT,
    JSON_KIND_STRING,
    JSON_KIND_INTEGER,
    JSON_KIND_TRUE,
    JSON_KIND_FALSE,
    JSON_KIND_OTHER, /* null, a fraction, a list, an object */
};

enum json_kind json_kind_of(const struct json *j, const char *key);

/* The key of member `at`, from 0, in the document's order; NULL: there are no more. */
const char *json_key(const struct json *j, size_t at);

#endif
