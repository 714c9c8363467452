/*
 * store: the certificates by which libcurl verifies servers and proxies.
 *
 * STORE-1  With certificates of the configuration these alone count.
 * STORE-2  Else the system's do: at the first attempt its folder alone, where libcurl has one,
 *          since a certificate is found there by the hash of its name. For a server that none of
 *          these vouches for there is a second attempt, with the file that holds all of them as
 *          well: reading it takes more time than all the rest of a request. A wrong name or date
 *          has no second attempt, for it is the same with more authorities.
 * STORE-3  When the second attempt fails for another reason and no request was sent, what was
 *          wrong at the first MUST be said: whoever shows a false certificate could else hide
 *          it by cutting the next connection.
 *
 * Private to transfer.
 */
#ifndef IAMLP_AWS_STORE_H
#define IAMLP_AWS_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct store {
    const char *pem; /* NULL: the system's; the caller's, outlives the handle */
    size_t len;
    bool whole; /* the system's file as well as its folder */
};

void store_init(struct store *s, const char *pem, size_t len);

/* Set them on a CURL handle. -1: ERR_MEMORY; ERR_CONFIG, this libcurl cannot take certificates
 * from memory. */
int store_apply(const struct store *s, void *curl, struct err *e);

/* From now on the file as well. false: it was so already, or STORE-1 forbids it. */
bool store_widen(struct store *s);

#endif
