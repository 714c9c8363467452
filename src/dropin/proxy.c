#include "dropin/proxy.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "dropin/vars.h"

#define AUTH_MAX 512

static const char *
either(const char *small, const char *capitals)
{
    const char *value = vars_filled(small);

    return value != NULL ? value : vars_filled(capitals);
}

/* One name of NO_PROXY: "*", or the host's end at a dot, with or without its port. */
static bool
covers(const char *name, size_t len, const char *host)
{
    size_t bare = strcspn(host, ":"), whole = strlen(host);

    if (len > 0 && *name == '.') {
        name++;
        len--;
    }
    if (len == 0)
        return false;
    if (len == 1 && *name == '*')
        return true;
    for (size_t i = 0; i < 2; i++) {
        size_t end = i == 0 ? bare : whole;

        if (len <= end && strncasecmp(host + end - len, name, len) == 0 &&
            (len == end || host[end - len - 1] == '.'))
            return true;
    }
    return false;
}

static bool
is_excepted(const char *host)
{
    const char *list = either("no_proxy", "NO_PROXY");

    while (list != NULL && *list != '\0') {
        size_t len;

        list += strspn(list, ", \t");
        len = strcspn(list, ", \t");
        if (covers(list, len, host))
            return true;
        list += len;
    }
    return false;
}

/* "USER:PASSWORD" with its percent signs taken away. */
static struct secret *
unescape(const char *text, size_t len, struct err *e)
{
    struct secret *s = secret_new(AUTH_MAX, e);

    for (size_t i = 0; s != NULL && i < len; i++) {
        unsigned code;
        char c = text[i];

        if (c == '%' && i + 2 < len && isxdigit((unsigned char)text[i + 1]) &&
            isxdigit((unsigned char)text[i + 2]) && sscanf(text + i + 1, "%2x", &code) == 1) {
            c = (char)code;
            i += 2;
        }
        if (secret_append(s, &c, 1, e) != 0) {
            secret_free(s);
            s = NULL;
        }
    }
    return s;
}

int
proxy_find(const char *host, struct proxy *p, struct err *e)
{
    const char *url = either("https_proxy", "HTTPS_PROXY"), *scheme = "http://", *at;
    size_t len;

    memset(p, 0, sizeof(*p));
    if (url == NULL || is_excepted(host))
        return 0;
    if (strncasecmp(url, "https://", strlen("https://")) == 0)
        scheme = "https://";
    if (strstr(url, "://") != NULL)
        url = strstr(url, "://") + strlen("://");
    len = strcspn(url, "/");
    at = memrchr(url, '@', len);
    if (at != NULL) {
        p->auth = unescape(url, (size_t)(at - url), e);
        if (p->auth == NULL)
            return -1;
        len -= (size_t)(at + 1 - url);
        url = at + 1;
    }
    if (len == 0 || strlen(scheme) + len >= sizeof(p->url)) {
        secret_free(p->auth);
        p->auth = NULL;
        return err_set(e, ERR_LIMIT, "HTTPS_PROXY is not the address of a proxy");
    }
    (void)snprintf(p->url, sizeof(p->url), "%s%.*s", scheme, (int)len, url);
    return 0;
}
