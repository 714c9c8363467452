/*
 * store: whose word for a server libcurl takes.
 *
 * STORE-1  With certificates of the configuration these alone count.
 * STORE-2  Else the system's: first its folder, where libcurl has one and a certificate is found by
 *          the hash of its name; then, for a server that none of these vouches for, the file with
 *          all of them as well, which takes more time to read than all else of a request. A
 *          wrong name or date is the same with more authorities: no second attempt then.
 * STORE-3  When the second attempt ends before a request for another reason, what was wrong at
 *          the first MUST be said: who shows a false certificate can cut the next connection.
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
    bool whole; /* the file, too */
};

void store_init(struct store *s, const char *pem, size_t len);

/* Tell a CURL handle. -1: ERR_CONFIG, this libcurl cannot take certificates from memory. */
int store_apply(const struct store *s, void *curl, struct err *e);

/* From now on the file, too. false: nothing more is to be had. */
bool store_widen(struct store *s);

#endif
