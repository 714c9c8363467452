/* Which addresses the configuration may name: https anywhere, plain http only
 * where nobody else is on the wire. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "conf/url.h"

#define A32  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A127 A32 A32 A32 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct row {
    const char *url;
    enum url_use use;
    const char *message; /* how it begins; NULL: accepted */
} rows[] = {
    {"https://iam.example.com", URL_ENDPOINT, NULL},
    {"https://iam.example.com:8443/a/b", URL_ENDPOINT, NULL},
    {"https://192.0.2.1", URL_ENDPOINT, NULL},
    {"https://[2001:db8::1]:443/", URL_ENDPOINT, NULL},
    {"https://example.com/sso?x=1#/start", URL_PAGE, NULL},
    {"https://example.com?x=1", URL_PAGE, NULL},
    {"https://example.com/@alice", URL_PAGE, NULL},

    {"http://localhost:15557", URL_ENDPOINT, NULL},
    {"http://127.0.0.1", URL_ENDPOINT, NULL},
    {"http://127.255.255.254/", URL_ENDPOINT, NULL},
    {"http://169.254.169.254", URL_ENDPOINT, NULL},
    {"http://169.254.170.2/v2", URL_ENDPOINT, NULL},
    {"http://[::1]:80", URL_ENDPOINT, NULL},
    {"http://[fe80::1]", URL_ENDPOINT, NULL},
    {"http://[febf:ffff::1]", URL_ENDPOINT, NULL},
    {"http://[fd00:ec2::254]", URL_ENDPOINT, NULL},
    {"http://[FD00:0EC2:0::23]", URL_ENDPOINT, NULL},

    /* What goes through a proxy is encrypted on its own. */
    {"http://proxy.example.com:3128", URL_PROXY, NULL},
    {"https://192.0.2.1/", URL_PROXY, NULL},
    {"http://192.0.2.1:3128/x", URL_PROXY, "a path behind the proxy"},
    {"http://192.0.2.1?x", URL_PROXY, "a path behind the proxy"},
    {"http://u@192.0.2.1", URL_PROXY, "a user name or password"},
    {"socks5://192.0.2.1", URL_PROXY, "not a URL"},

    {"http://iam.example.com", URL_ENDPOINT, "plain http to"},
    {"http://128.0.0.1", URL_ENDPOINT, "plain http to"},
    {"http://126.255.255.255", URL_ENDPOINT, "plain http to"},
    {"http://169.253.169.254", URL_ENDPOINT, "plain http to"},
    {"http://10.0.0.1", URL_ENDPOINT, "plain http to"},
    {"http://127.0.0.1.example.com", URL_ENDPOINT, "plain http to"},
    {"http://127.1", URL_ENDPOINT, "plain http to"},
    {"http://0177.0.0.1", URL_ENDPOINT, "plain http to"},
    {"http://2130706433", URL_ENDPOINT, "plain http to"},
    {"http://localhost.example.com", URL_ENDPOINT, "plain http to"},
    {"http://[fec0::1]", URL_ENDPOINT, "plain http to"},
    {"http://[fd00:ec2::253]", URL_ENDPOINT, "plain http to"},
    {"http://[::ffff:127.0.0.1]", URL_ENDPOINT, "plain http to"},
    {"http://[2001:db8::1]", URL_ENDPOINT, "plain http to"},
    {"http://localhost/", URL_PAGE, "plain http for a page"},

    {"", URL_ENDPOINT, "not a URL"},
    {"iam.example.com", URL_ENDPOINT, "not a URL"},
    {"HTTPS://iam.example.com", URL_ENDPOINT, "not a URL"},
    {"ftp://iam.example.com", URL_ENDPOINT, "not a URL"},
    {"javascript:alert(1)", URL_PAGE, "not a URL"},
    {"https://", URL_ENDPOINT, "no host"},
    {"https:///path", URL_ENDPOINT, "no host"},
    {"https://:443", URL_ENDPOINT, "no host"},
    {"https://" A127 "a", URL_ENDPOINT,
     "no host, or one that begins with a dot or a dash or has more than 127"},
    {"https://" A127, URL_ENDPOINT, NULL},
    {"https://user:pw@example.com", URL_ENDPOINT, "a user name or password"},
    {"http://127.0.0.1@example.com", URL_ENDPOINT, "a user name or password"},
    {"https://example.com:0", URL_ENDPOINT, "not a port"},
    {"https://example.com:", URL_ENDPOINT, "not a port"},
    {"https://example.com:65535", URL_ENDPOINT, NULL},
    {"https://example.com:65536", URL_ENDPOINT, "not a port"},
    {"https://example.com:000443", URL_ENDPOINT, "not a port"},
    {"https://example.com:443x", URL_ENDPOINT, "something odd after the host"},
    {"https://exa_mple.com", URL_ENDPOINT, "something odd after the host"},
    {"https://[::1", URL_ENDPOINT, "not an IPv6 address"},
    {"https://[fe80::1%25eth0]", URL_ENDPOINT, "not an IPv6 address"},
    {"https://[127.0.0.1]", URL_ENDPOINT, "not an IPv6 address"},
    {"https://[::1]x", URL_ENDPOINT, "something odd after the host"},
    {"https://-example.com", URL_ENDPOINT, "no host"},
    {"https://.example.com", URL_ENDPOINT, "no host"},
    {"https://example.com//", URL_ENDPOINT, "a path with an empty part"},
    {"https://example.com/a/../b", URL_ENDPOINT, "a path with an empty part"},
    {"https://example.com/./b", URL_ENDPOINT, "a path with an empty part"},
    {"https://example.com/a/..", URL_ENDPOINT, "a path with an empty part"},
    {"https://example.com/[a]", URL_ENDPOINT, "a path with an empty part"},
    {"https://example.com/%2", URL_ENDPOINT, "a path with an empty part"},
    {"https://example.com/%2Fa/.../b.c/", URL_ENDPOINT, NULL},
    {"https://example.com/a/../b//?x=[1]", URL_PAGE, NULL},
    {"https://example.com/?x", URL_ENDPOINT, "a query or fragment"},
    {"https://example.com#x", URL_ENDPOINT, "a query or fragment"},
    {"https://example.com/a b", URL_PAGE, "a character no URL holds"},
    {"https://example.com\\@evil.example", URL_PAGE, "a character no URL holds"},
    {"https://ex\303\244mple.com", URL_PAGE, "a character no URL holds"},
    {"https://example.com/" A127 A127, URL_PAGE, "longer than 255 bytes"},
};

static void
urls(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct row *r = &rows[i];
        struct err e = ERR_INIT;
        int rc = url_check(r->url, r->use, &e);

        if (r->message == NULL ? rc != 0
                               : rc != -1 || e.code != ERR_CONFIG || strstr(e.msg, "; ") == NULL ||
                                     strncmp(e.msg, r->message, strlen(r->message)) != 0)
            fail_msg("%s: %d, \"%s\"", r->url, rc, e.msg);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(urls),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
