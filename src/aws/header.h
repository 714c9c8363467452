/*
 * header: the lines of an HTTP answer (RFC 9112) and its dates (RFC 9110).
 */
#ifndef IAMLP_AWS_HEADER_H
#define IAMLP_AWS_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Is line[0..len) the header `name` (any case)? Then *value and *value_len are its
 * value without the white space around it, inside line. */
bool header_is(const char *line, size_t len, const char *name, const char **value,
               size_t *value_len);

/* "Sun, 06 Nov 1994 08:49:37 GMT" (IMF-fixdate) in seconds since the epoch; 0 for
 * anything else. libcurl's curl_getdate takes many more forms, and this date may
 * correct the clock that signs: what is not exactly what AWS sends is not believed. */
int64_t header_date(const char *value, size_t len);

#endif
