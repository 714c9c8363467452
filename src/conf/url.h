/*
 * url: may the configuration send requests, or people, to that address?
 *
 * URL-1  Plain http MUST be refused but to hosts that are local (base/address.h): nothing
 *        else is out of reach of somebody on the network.
 * URL-2  A name MUST NOT be resolved to find that out.
 * URL-3  A URL MUST NOT hold a user name or password: it is shown and logged.
 * URL-4  What is taken for an endpoint MUST be one to aws/uri.h, too: a host cannot find out
 *        at its first login that requests are sent nowhere.
 */
#ifndef IAMLP_CONF_URL_H
#define IAMLP_CONF_URL_H

#include "base/err.h"

#define URL_MAX 255 /* bytes */

enum url_use {
    URL_ENDPOINT, /* requests go there: no query, no fragment */
    URL_PAGE,     /* a person's browser goes there: https only */
    URL_PROXY,    /* what passes on what is encrypted already: URL-1 is not about it; no path */
};

/* -1 with ERR_CONFIG and "what is wrong; how to mend it". */
int url_check(const char *url, enum url_use use, struct err *e);

#endif
