#include "aws/uri.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

#define PORT_MAX 65535U

static bool
one_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

static bool
digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool
alnum(char c)
{
    return digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
hex(char c)
{
    return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool
unreserved(char c)
{
    return alnum(c) || one_of(c, "-._~");
}

int
uri_encode(struct secret *out, const char *src, size_t len, struct err *e)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t need = 0;
    char *p;

    for (size_t i = 0; i < len; i++)
        need += unreserved(src[i]) ? 1 : 3;
    p = secret_extend(out, need, e);
    if (p == NULL)
        return -1;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)src[i];

        if (unreserved(src[i])) {
            *p++ = src[i];
            continue;
        }
        *p++ = '%';
        *p++ = digits[c >> 4];
        *p++ = digits[c & 15];
    }
    return 0;
}

/* The sentence shows the URL, unless it holds a user and so perhaps a password. */
static int
refuse(const char *text, const char *why, struct err *e)
{
    char shown[128] = "the URL";

    if (strchr(text, '@') == NULL)
        text_clean(shown, sizeof(shown), text, strlen(text));
    return err_set(e, ERR_CONFIG, "%s: %s", shown, why);
}

/* Take scheme "://"; returns what follows. */
static const char *
take_scheme(const char *text, struct uri *u)
{
    if (strncasecmp(text, "https://", 8) == 0) {
        u->tls = true;
        u->port = 443;
        return text + 8;
    }
    if (strncasecmp(text, "http://", 7) == 0) {
        u->port = 80;
        return text + 7;
    }
    return NULL;
}

/* Copy a host of n bytes in lower case: what is signed, sent and compared with a
 * certificate is then one spelling. */
static int
take_host(const char *p, size_t n, struct uri *u)
{
    struct in6_addr in6;

    if (n == 0 || n >= sizeof(u->host))
        return -1;
    for (size_t i = 0; i < n; i++) {
        char c = p[i];

        if (!(u->ipv6 ? hex(c) || one_of(c, ":.") : alnum(c) || one_of(c, "-._")))
            return -1;
        u->host[i] = (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    }
    u->host[n] = '\0';
    if (u->ipv6)
        return inet_pton(AF_INET6, u->host, &in6) == 1 ? 0 : -1;
    return u->host[0] == '.' || u->host[0] == '-' ? -1 : 0;
}

static int
take_port(const char *p, size_t n, struct uri *u)
{
    unsigned port = 0;

    if (n == 0 || n > 5)
        return -1;
    for (size_t i = 0; i < n; i++) {
        if (!digit(p[i]))
            return -1;
        port = port * 10 + (unsigned)(p[i] - '0');
    }
    if (port == 0 || port > PORT_MAX)
        return -1;
    u->port = port;
    return 0;
}

/* Paths that a server or libcurl would rewrite (dot segments, empty segments)
 * are refused, because what is signed has to be what is asked for. */
static int
take_path(const char *p, struct uri *u)
{
    if (strlen(p) >= sizeof(u->path))
        return -1;
    for (const char *s = p; *s != '\0'; s++) {
        if (*s == '%' ? !hex(s[1]) || !hex(s[2]) : !unreserved(*s) && !one_of(*s, "/!$&'()*+,;=:@"))
            return -1;
        if (*s == '/') {
            size_t n = strcspn(s + 1, "/");

            if ((n == 0 && s[1] == '/') || (n == 1 && s[1] == '.') ||
                (n == 2 && s[1] == '.' && s[2] == '.'))
                return -1;
        }
    }
    (void)snprintf(u->path, sizeof(u->path), "%s", *p != '\0' ? p : "/");
    return 0;
}

int
uri_parse(const char *text, struct uri *u, struct err *e)
{
    const char *p, *end, *host_end;
    unsigned standard;

    memset(u, 0, sizeof(*u));
    p = take_scheme(text, u);
    if (p == NULL)
        return refuse(text, "must begin with https:// or http://", e);
    standard = u->port;
    end = p + strcspn(p, "/?#");
    if (memchr(p, '@', (size_t)(end - p)) != NULL)
        return refuse(text, "must not hold a user name; remove what stands before the @", e);
    if (strpbrk(end, "?#") != NULL)
        return refuse(text, "must not hold a query or a fragment; remove the ? or # part", e);
    u->ipv6 = *p == '[';
    if (u->ipv6)
        p++;
    host_end = p + strcspn(p, u->ipv6 ? "]/" : ":/");
    if (take_host(p, (size_t)(host_end - p), u) != 0)
        return refuse(text, "the host is not a name or an address", e);
    if (u->ipv6) {
        if (*host_end != ']')
            return refuse(text, "an IPv6 address must stand in [ ]", e);
        host_end++;
    }
    if (host_end != end &&
        (*host_end != ':' || take_port(host_end + 1, (size_t)(end - host_end - 1), u) != 0))
        return refuse(text, "the port must be a number from 1 to 65535", e);
    if (take_path(end, u) != 0)
        return refuse(text, "the path is too long or holds what a path must not", e);
    (void)snprintf(u->authority, sizeof(u->authority), u->ipv6 ? "[%s]" : "%s", u->host);
    if (u->port != standard) {
        size_t n = strlen(u->authority);

        (void)snprintf(u->authority + n, sizeof(u->authority) - n, ":%u", u->port);
    }
    return 0;
}
