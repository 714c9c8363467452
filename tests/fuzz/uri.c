/*
 * URLs: the configuration and the transport agree on what one is and on what is local, and
 * an encoded text is unreserved characters that give it back.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/endpoint.h"
#include "aws/uri.h"
#include "base/address.h"
#include "conf/url.h"
#include "fuzz.h"

static int
digit(char c)
{
    const char *all = "0123456789ABCDEF", *at = strchr(all, c);

    FUZZ_HOLDS(c != '\0' && at != NULL);
    return (int)(at - all);
}

static void
encode(const char *text, size_t len)
{
    struct err e = ERR_INIT;
    struct secret *out = secret_new(3 * len, &e);
    const char *p;
    size_t at = 0;

    FUZZ_HOLDS(uri_encode(out, text, len, &e) == 0);
    for (p = secret_str(out); *p != '\0' && at < len; at++)
        if (*p == '%') {
            FUZZ_HOLDS((unsigned char)text[at] == (digit(p[1]) << 4 | digit(p[2])));
            p += 3;
        } else {
            FUZZ_HOLDS(isalnum((unsigned char)*p) || strchr("-._~", *p) != NULL);
            FUZZ_HOLDS(*p++ == text[at]);
        }
    FUZZ_HOLDS(at == len && *p == '\0' && p == secret_str(out) + secret_len(out));
    secret_free(out);
}

static void
check_uri(const char *text, const struct uri *u)
{
    char again[512];
    struct err e = ERR_INIT;
    struct uri v;

    FUZZ_HOLDS(u->host[0] != '\0' && u->path[0] == '/' && u->port >= 1 && u->port <= 65535);
    (void)snprintf(again, sizeof(again), "%s://%s%s", u->tls ? "https" : "http", u->authority,
                   u->path);
    FUZZ_HOLDS(uri_parse(again, &v, &e) == 0);
    FUZZ_HOLDS(strcmp(u->host, v.host) == 0 && u->port == v.port && u->tls == v.tls);
    FUZZ_HOLDS(strcmp(u->path, v.path) == 0 && strcmp(u->authority, v.authority) == 0);
    FUZZ_HOLDS(address_is_local(u->host) == address_is_local(v.host));
    FUZZ_HOLDS(strpbrk(text, "@?#") == NULL || strchr(u->path, '@') != NULL);
}

static void
resolve(const char *url, const char *region, bool well)
{
    const struct endpoint_wish wish = {.region = region, .url = url};
    struct err e = ERR_INIT;
    struct endpoint ep;

    for (int service = ENDPOINT_IAM; service <= ENDPOINT_STS; service++) {
        if (endpoint_resolve((enum endpoint_service)service, &wish, &ep, &e) != 0) {
            fuzz_failed(&e);
            continue;
        }
        FUZZ_HOLDS(well && ep.url[0] != '\0' && ep.host[0] != '\0' && ep.region[0] != '\0');
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_string(data, size);
    struct err e = ERR_INIT;
    struct uri u;
    bool well = uri_parse(text, &u, &e) == 0;

    encode(text, size);
    if (well)
        check_uri(text, &u);
    else
        fuzz_failed(&e);
    if (url_check(text, URL_ENDPOINT, &e) != 0)
        fuzz_failed(&e);
    else
        FUZZ_HOLDS(well && (u.tls || address_is_local(u.host)));
    for (int use = URL_PAGE; use <= URL_PROXY; use++)
        if (url_check(text, (enum url_use)use, &e) != 0)
            fuzz_failed(&e);
    resolve(text, "us-east-1", well);
    resolve(NULL, text, true);
    free(text);
    return 0;
}
