/*
 * json: small documents from IMDS, containers and credential processes, over
 * jansson. Only what is asked of them: strings of one flat object.
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

/* The string (or integer, in decimal) under `key`: a new secret; NULL with
 * ERR_ABSENT when there is none or it is null, ERR_FORMAT for other types.
 * (Not json_string: jansson exports a function of that name.) */
struct secret *json_member(const struct json *j, const char *key, struct err *e);

#endif
