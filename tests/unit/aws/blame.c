/* Each sentence about a transfer without an answer: the one at fault, and the mend. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "aws/blame.h"

#define HOST  "iam.example.com"
#define PROXY "http://proxy.example.com:3128"
#define BOTH  HOST " through proxy " PROXY

#define TRUSTED "the certificate is not signed by a trusted authority; set ca_bundle"

static const struct {
    struct blame_case c;
    enum err_code code;
    const char *start;
} rows[] = {
    {{BLAME_NAME, HOST, NULL, .tunnel = false}, ERR_NETWORK, HOST ": the name does not resolve"},
    {{BLAME_NAME, HOST, PROXY, .tunnel = false},
     ERR_NETWORK,
     "proxy " PROXY ": the name does not resolve; check DNS and proxy"},
    {{BLAME_CONNECT, HOST, NULL, .os_error = ECONNREFUSED},
     ERR_NETWORK,
     HOST ": cannot connect: Connection refused"},
    {{BLAME_CONNECT, HOST, NULL, .os_error = 0},
     ERR_NETWORK,
     HOST ": cannot connect: no address answered"},
    {{BLAME_CONNECT, HOST, PROXY, .os_error = EHOSTUNREACH},
     ERR_NETWORK,
     "proxy " PROXY ": cannot connect: No route to host"},
    {{BLAME_TIMEOUT, HOST, NULL, .tunnel = false}, ERR_TIMEOUT, HOST ": no answer before"},
    {{BLAME_TIMEOUT, HOST, PROXY, .tunnel = false}, ERR_TIMEOUT, "proxy " PROXY ": no answer be"},
    {{BLAME_TIMEOUT, HOST, PROXY, .tunnel = true}, ERR_TIMEOUT, BOTH ": no answer before"},
    {{BLAME_TLS, HOST, NULL, .tunnel = false}, ERR_NETWORK, HOST ": no TLS connection; the server"},
    {{BLAME_TLS, HOST, PROXY, .tunnel = false},
     ERR_NETWORK,
     "proxy " PROXY ": no TLS connection; it must speak TLS 1.2 or later, or proxy must begin"},
    {{BLAME_CERTIFICATE, HOST, NULL, .certificate = 19}, ERR_TRUST, HOST ": " TRUSTED},
    {{BLAME_CERTIFICATE, HOST, NULL, .certificate = 1},
     ERR_TRUST,
     HOST ": the certificate is for another name"},
    {{BLAME_CERTIFICATE, HOST, NULL, .certificate = 10},
     ERR_TRUST,
     HOST ": the certificate has expired"},
    {{BLAME_CERTIFICATE, HOST, PROXY, .certificate = 19}, ERR_TRUST, "proxy " PROXY ": " TRUSTED},
    {{BLAME_CERTIFICATE, HOST, PROXY, .tunnel = true, .certificate = 19},
     ERR_TRUST,
     BOTH ": " TRUSTED},
    {{BLAME_MEMORY, HOST, NULL, .tunnel = true}, ERR_MEMORY, HOST ": out of memory"},
    {{BLAME_MEMORY, HOST, PROXY, .tunnel = false},
     ERR_NETWORK,
     "proxy " PROXY ": no answer to CONNECT"},
    {{BLAME_RECEIVE, HOST, PROXY, .tunnel = false},
     ERR_NETWORK,
     "proxy " PROXY ": no answer to CONNECT"},
    {{BLAME_RECEIVE, HOST, PROXY, .tunnel = true}, ERR_NETWORK, BOTH ": the connection broke"},
    {{BLAME_RECEIVE, HOST, PROXY, .connect = 407},
     ERR_DENIED,
     "proxy " PROXY ": status 407 to CONNECT: it wants"},
    {{BLAME_TIMEOUT, HOST, PROXY, .proxy_auth = true, .connect = 407},
     ERR_DENIED,
     "proxy " PROXY ": status 407 to CONNECT: it does not take this user"},
    {{BLAME_RECEIVE, HOST, PROXY, .connect = 403},
     ERR_DENIED,
     "proxy " PROXY ": status 403 to CONNECT: it does not let this host reach " HOST},
    {{BLAME_RECEIVE, HOST, PROXY, .connect = 504},
     ERR_NETWORK,
     "proxy " PROXY ": status 504 to CONNECT: it cannot reach " HOST},
    {{BLAME_OTHER, HOST, NULL, .tunnel = true, .answer = {ERR_LIMIT, "too large"}},
     ERR_LIMIT,
     HOST ": too large"},
};

static void
test_sentences(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct err e = ERR_INIT;

        assert_int_equal(blame_explain(&rows[i].c, &e), -1);
        if (e.code != rows[i].code || strncmp(e.msg, rows[i].start, strlen(rows[i].start)) != 0)
            fail_msg("row %zu: %d, %s", i, e.code, e.msg);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_sentences)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
