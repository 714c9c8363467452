/* Where the service of containers may be, and what its token may be. Nothing is sent: the
 * deadline has passed, so what would have been asked ends in ERR_TIMEOUT. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cred/cred.h"

static int
resolve(const char *uri, const struct secret *token, struct err *e)
{
    const struct http_options options = {.user_agent = "test", .clock = &clock_system};
    const struct cred_source source = {
        .choice = CRED_CONTAINER,
        .container_uri = uri,
        .container_token = token,
        .container_token_path = "/t",
    };
    struct http *http = http_open(&options, e);
    struct cred_set set;
    int rc;

    assert_non_null(http);
    rc = cred_resolve(&source, &(struct cred_context){http, &clock_system, NULL, 0}, &set, e);
    http_close(http);
    return rc;
}

static void
the_host_rule(void **state)
{
    static const struct {
        const char *uri;
        enum err_code code;
        const char *sentence;
    } cases[] = {
        {"http://169.254.170.2/v2/credentials/x", ERR_TIMEOUT, "container: 169.254.170.2: no time"},
        {"http://169.254.170.23/v1/credentials", ERR_TIMEOUT, "container: 169.254.170.23: no time"},
        {"http://[fd00:ec2::23]/v1/credentials", ERR_TIMEOUT, "container: [fd00:ec2::23]: no time"},
        {"http://[FD00:EC2:0:0::23]/", ERR_TIMEOUT, "container: [fd00:ec2:0:0::23]: no time"},
        {"http://127.0.0.1:8080/", ERR_TIMEOUT, "container: 127.0.0.1:8080: no time"},
        {"http://127.1.2.3/", ERR_TIMEOUT, "container: 127.1.2.3: no time"},
        {"http://[::1]:8080/", ERR_TIMEOUT, "container: [::1]:8080: no time"},
        {"http://localhost:8080/", ERR_TIMEOUT, "container: localhost:8080: no time"},
        {"https://credentials.example.com/x", ERR_TIMEOUT,
         "container: credentials.example.com: no"},
        {"https://192.0.2.1/", ERR_TIMEOUT, "container: 192.0.2.1: no time"},
        {"http://192.0.2.1/", ERR_CONFIG,
         "container: container_uri: 192.0.2.1 is asked over plain http, which is for loopback, "
         "169.254.170.2, 169.254.170.23 and [fd00:ec2::23]; write https://"},
        {"http://169.254.169.254/", ERR_CONFIG, "container: container_uri: 169.254.169.254 is"},
        {"http://169.254.170.3/", ERR_CONFIG, "container: container_uri: 169.254.170.3 is asked"},
        {"http://[fd00:ec2::254]/", ERR_CONFIG, "container: container_uri: [fd00:ec2::254] is"},
        {"http://[fe80::1]/", ERR_CONFIG, "container: container_uri: [fe80::1] is asked"},
        {"http://localhost.example.com/", ERR_CONFIG, "container: container_uri: localhost.ex"},
        {"http://127.1/", ERR_CONFIG, "container: container_uri: 127.1 is asked"},
        {"/v2/credentials/x", ERR_CONFIG,
         "container: container_uri: /v2/credentials/x: must begin with https:// or http://"},
        {"", ERR_CONFIG, "container: container_uri: "},
        {NULL, ERR_DENIED, "container: container_uri is not given"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct err e = ERR_INIT;

        assert_int_equal(resolve(cases[i].uri, NULL, &e), -1);
        if (e.code != cases[i].code ||
            strncmp(e.msg, cases[i].sentence, strlen(cases[i].sentence)) != 0)
            fail_msg("%d \"%s\" instead of %d \"%s\"", e.code, e.msg, cases[i].code,
                     cases[i].sentence);
    }
}

static void
the_token_is_a_headers_value(void **state)
{
    static const struct {
        const char *token;
        size_t len;
        enum err_code code;
        const char *sentence;
    } cases[] = {
        {"Bearer t==", 10, ERR_TIMEOUT, "container: 127.0.0.1: no time"},
        {"", 0, ERR_FORMAT, "container: /t: is empty"},
        {"t0ken\n", 6, ERR_FORMAT,
         "container: /t: holds a line break, which AWS's SDKs refuse too;"},
        {"t0ken\r", 6, ERR_FORMAT, "container: /t: holds a line break"},
        {"t0ken\r\nX-Y: z", 13, ERR_FORMAT, "container: /t: holds a line break"},
        {"t0\0ken", 6, ERR_FORMAT, "container: /t: holds a character that is not printable ASCII"},
        {"t\xc3\xb6ken", 6, ERR_FORMAT, "container: /t: holds a character"},
    };
    static char large[8193];

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct secret *token = secret_from(cases[i].token, cases[i].len, NULL);
        struct err e = ERR_INIT;

        assert_int_equal(resolve("http://127.0.0.1", token, &e), -1);
        if (e.code != cases[i].code ||
            strncmp(e.msg, cases[i].sentence, strlen(cases[i].sentence)) != 0)
            fail_msg("%d \"%s\" instead of %d \"%s\"", e.code, e.msg, cases[i].code,
                     cases[i].sentence);
        assert_null(strstr(e.msg, "t0k"));
        secret_free(token);
    }
    memset(large, 't', sizeof(large));
    for (size_t len = sizeof(large); len >= sizeof(large) - 1; len--) {
        struct secret *token = secret_from(large, len, NULL);
        struct err e = ERR_INIT;

        assert_int_equal(resolve("http://127.0.0.1", token, &e), -1);
        assert_int_equal(e.code, len == sizeof(large) ? ERR_FORMAT : ERR_TIMEOUT);
        secret_free(token);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_host_rule),
        cmocka_unit_test(the_token_is_a_headers_value),
    };

    if (clearenv() != 0) /* http_open insists */
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
