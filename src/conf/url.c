#include "conf/url.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/address.h"

#define HOST_MAX 127 /* bytes */

static const char host_chars[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";

/* Take the host off the front of host[:port], without its brackets; what follows it in *rest. */
static int
split_host(const char *p, char host[HOST_MAX + 1], const char **rest, struct err *e)
{
    bool brackets = *p == '[';
    struct in6_addr six;
    size_t len;

    if (brackets)
        p++;
    len = brackets ? strcspn(p, "]") : strspn(p, host_chars);
    if (len == 0 || len > HOST_MAX || *p == '.' || *p == '-')
        return err_set(e, ERR_CONFIG,
                       "no host, or one that begins with a dot or a dash or has more than %d "
                       "bytes; write https://HOST or https://HOST:PORT",
                       HOST_MAX);
    memcpy(host, p, len);
    host[len] = '\0';
    p += len;
    if (brackets && (*p++ != ']' || inet_pton(AF_INET6, host, &six) != 1))
        return err_set(e, ERR_CONFIG, "not an IPv6 address in the brackets; write it like [::1]");
    *rest = p;
    return 0;
}

/* The ":PORT" at p, if any; what follows it in *rest. */
static int
skip_port(const char *p, const char **rest, struct err *e)
{
    size_t len = *p == ':' ? strspn(p + 1, "0123456789") : 0;
    long port = len > 0 && len <= 5 ? strtol(p + 1, NULL, 10) : 0;

    if (*p == ':' && (port < 1 || port > 65535))
        return err_set(e, ERR_CONFIG, "not a port after the host; write a number from 1 to 65535");
    *rest = *p == ':' ? p + 1 + len : p;
    return 0;
}

/* URL-4, as aws/uri.h has it; the characters that no URL holds are gone already. */
static bool
plain_path(const char *p)
{
    for (; *p != '\0'; p++) {
        size_t len = *p == '/' ? strcspn(p + 1, "/") : 1;

        if (*p == '[' || *p == ']' ||
            (*p == '%' && (!isxdigit((unsigned char)p[1]) || !isxdigit((unsigned char)p[2]))))
            return false;
        if (*p == '/' && ((len == 0 && p[1] == '/') || (len == 1 && p[1] == '.') ||
                          (len == 2 && p[1] == '.' && p[2] == '.')))
            return false;
    }
    return true;
}

int
url_check(const char *url, enum url_use use, struct err *e)
{
    static const char https[] = "https://", http[] = "http://";
    bool tls = strncmp(url, https, strlen(https)) == 0;
    char host[HOST_MAX + 1];
    const char *p;

    if (strlen(url) > URL_MAX)
        return err_set(e, ERR_CONFIG, "longer than %d bytes; shorten it", URL_MAX);
    for (p = url; *p != '\0'; p++)
        if (*p <= ' ' || *p > '~' || strchr("\"<>\\^`{|}", *p) != NULL)
            return err_set(e, ERR_CONFIG, "a character no URL holds; encode it as %%XX");
    if (!tls && strncmp(url, http, strlen(http)) != 0)
        return err_set(e, ERR_CONFIG, "not a URL; write one that begins with https://");
    p = url + (tls ? strlen(https) : strlen(http));
    if (memchr(p, '@', strcspn(p, "/?#")) != NULL)
        return err_set(e, ERR_CONFIG, "a user name or password in front of the host; remove it");
    if (split_host(p, host, &p, e) != 0 || skip_port(p, &p, e) != 0)
        return -1;
    if (*p != '\0' && strchr("/?#", *p) == NULL)
        return err_set(e, ERR_CONFIG,
                       "something odd after the host; write https://HOST or "
                       "https://HOST:PORT");
    if (use == URL_ENDPOINT && strpbrk(p, "?#") != NULL)
        return err_set(e, ERR_CONFIG, "a query or fragment; write the URL up to its path");
    if (use == URL_ENDPOINT && !plain_path(p))
        return err_set(e, ERR_CONFIG,
                       "a path with an empty part, a dot for one, or what is no path; write it as "
                       "the server knows it");
    if (use == URL_PROXY && *p != '\0' && strcmp(p, "/") != 0)
        return err_set(e, ERR_CONFIG, "a path behind the proxy; write http://HOST:PORT");
    if (use == URL_PAGE && !tls)
        return err_set(e, ERR_CONFIG,
                       "plain http for a page where a password is typed; write "
                       "https://");
    if (use != URL_PROXY && !tls && !address_is_local(host))
        return err_set(e, ERR_CONFIG,
                       "plain http to an address that is neither loopback nor "
                       "link-local; write https://");
    return 0;
}
