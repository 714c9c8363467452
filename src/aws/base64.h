/*
 * base64: as HTTP's Basic authentication wants it (RFC 4648, section 4).
 */
#ifndef IAMLP_AWS_BASE64_H
#define IAMLP_AWS_BASE64_H

#include <stddef.h>

#include "base/err.h"
#include "base/secret.h"

/* Append data[0..len) encoded, padding included. -1 as secret_append. */
int base64_append(struct secret *out, const char *data, size_t len, struct err *e);

#endif
