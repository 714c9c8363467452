/*
 * wipe: malloc's family for libraries through whose hands secrets pass.
 *
 * libcurl copies headers and bodies into buffers of its own, jansson and expat
 * copy strings. Given these functions, whatever they release is cleared first,
 * so that no password or key stays behind in the heap. A block as large as a
 * buffer, through which whole requests and answers pass, has pages of
 * its own (base/pages.h).
 */
#ifndef IAMLP_AWS_WIPE_H
#define IAMLP_AWS_WIPE_H

#include <stddef.h>

/* As their namesakes in the C library; release only with wipe_free. */
void *wipe_malloc(size_t size);
void *wipe_calloc(size_t count, size_t size);
void *wipe_realloc(void *p, size_t size);
char *wipe_strdup(const char *s);
void wipe_free(void *p);

#endif
