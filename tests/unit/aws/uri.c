/* URLs: what is taken apart, what is refused, what counts as local. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "aws/uri.h"
#include "base/address.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
encodes_all_but_unreserved(void **state)
{
    static const char kept[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    struct secret *s = secret_new(4096, NULL);
    char want[4];

    (void)state;
    for (int c = 0; c < 256; c++) {
        char b = (char)c;

        secret_truncate(s, 0);
        assert_int_equal(uri_encode(s, &b, 1, NULL), 0);
        if (c != 0 && strchr(kept, c) != NULL)
            (void)snprintf(want, sizeof(want), "%c", c);
        else
            (void)snprintf(want, sizeof(want), "%%%02X", (unsigned)c);
        assert_string_equal(secret_str(s), want);
    }
    secret_truncate(s, 0);
    assert_int_equal(uri_encode(s, "Sp a+ce\xc3\xa9!~", 11, NULL), 0);
    assert_string_equal(secret_str(s), "Sp%20a%2Bce%C3%A9%21~");
    secret_free(s);
}

static void
encoding_obeys_the_ceiling(void **state)
{
    struct secret *s = secret_new(5, NULL);
    struct err e = ERR_INIT;

    (void)state;
    assert_int_equal(uri_encode(s, "a%", 2, &e), 0);
    assert_int_equal(uri_encode(s, "bc", 2, &e), -1);
    assert_int_equal(e.code, ERR_LIMIT);
    assert_string_equal(secret_str(s), "a%25");
    secret_free(s);
}

static void
parses(void **state)
{
    static const struct {
        const char *text;
        struct uri want;
    } rows[] = {
        {"https://iam.amazonaws.com",
         {true, "iam.amazonaws.com", false, 443, "/", "iam.amazonaws.com"}},
        {"https://iam.amazonaws.com/",
         {true, "iam.amazonaws.com", false, 443, "/", "iam.amazonaws.com"}},
        {"HTTPS://IAM.Amazonaws.COM:443/x/y/",
         {true, "iam.amazonaws.com", false, 443, "/x/y/", "iam.amazonaws.com"}},
        {"http://127.0.0.1:15557", {false, "127.0.0.1", false, 15557, "/", "127.0.0.1:15557"}},
        {"http://h:80/a", {false, "h", false, 80, "/a", "h"}},
        {"https://h:80/a", {true, "h", false, 80, "/a", "h:80"}},
        {"http://[FD00:ec2::254]/latest",
         {false, "fd00:ec2::254", true, 80, "/latest", "[fd00:ec2::254]"}},
        {"https://[::1]:8443/", {true, "::1", true, 8443, "/", "[::1]:8443"}},
        {"https://a_b-c.d/p%20q;x=1,@:!$&'()*+~",
         {true, "a_b-c.d", false, 443, "/p%20q;x=1,@:!$&'()*+~", "a_b-c.d"}},
        {"https://h/.well/..x/a./", {true, "h", false, 443, "/.well/..x/a./", "h"}},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct err e = ERR_INIT;
        struct uri u;

        if (uri_parse(rows[i].text, &u, &e) != 0)
            fail_msg("%s", e.msg);
        assert_int_equal(u.tls, rows[i].want.tls);
        assert_string_equal(u.host, rows[i].want.host);
        assert_int_equal(u.ipv6, rows[i].want.ipv6);
        assert_int_equal(u.port, rows[i].want.port);
        assert_string_equal(u.path, rows[i].want.path);
        assert_string_equal(u.authority, rows[i].want.authority);
    }
}

static void
refuses(void **state)
{
    static const char *const rows[] = {
        "",
        "iam.amazonaws.com",
        "ftp://h/",
        "https:/h",
        "https://",
        "https:///x",
        "file:///etc/x",
        "https://h?q",
        "https://h/?q=1",
        "https://h/#f",
        "https://u:p@h/",
        "https://u@h/",
        "http://127.0.0.1@evil.example/",
        "https://h:/",
        "https://h:0/",
        "https://h:65536/",
        "https://h:8a/",
        "https://h:000443/",
        "https://h h/",
        "https://h\\x/",
        "https://h\t/",
        "https://h%41/",
        "https://\xc3\xa9/",
        "https://[::1",
        "https://[::1]x/",
        "https://[]/",
        "https://[1.2.3.4]/",
        "https://[fe80::1%25eth0]/",
        "https://::1/",
        "https://.h/",
        "https://-h/",
        "https://h/a b",
        "https://h/a\r\nHost: x",
        "https://h/%4",
        "https://h/%zz",
        "https://h/a/../b",
        "https://h/./a",
        "https://h/a/..",
        "https://h//a",
        "https://h/\xc3\xa9",
        " https://h/",
        "https://h/ ",
    };
    char long_host[200] = "https://", long_path[400] = "https://h/";
    struct err e = ERR_INIT;
    struct uri u;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        err_clear(&e);
        if (uri_parse(rows[i], &u, &e) == 0)
            fail_msg("taken: %s", rows[i]);
        assert_int_equal(e.code, ERR_CONFIG);
        assert_true(e.msg[0] != '\0');
    }
    memset(long_host + 8, 'h', 128);
    assert_int_equal(uri_parse(long_host, &u, &e), -1);
    memset(long_path + 10, 'p', 256);
    assert_int_equal(uri_parse(long_path, &u, &e), -1);
}

static void
a_password_in_a_url_is_not_repeated(void **state)
{
    struct err e = ERR_INIT;
    struct uri u;

    (void)state;
    assert_int_equal(uri_parse("https://user:Tr0ub4dor@h/", &u, &e), -1);
    assert_null(strstr(e.msg, "Tr0ub4dor"));
    assert_null(strstr(e.msg, "user:"));
}

static void
only_literals_and_localhost_are_local(void **state)
{
    static const struct {
        const char *text;
        bool local;
    } rows[] = {
        {"http://127.0.0.1/", true},
        {"http://127.255.255.254:8080/", true},
        {"http://169.254.169.254/", true},
        {"http://169.254.170.2/", true},
        {"http://localhost/", true},
        {"http://LOCALHOST:1/", true},
        {"http://[::1]/", true},
        {"http://[0:0:0:0:0:0:0:1]/", true},
        {"http://[fe80::1]/", true},
        {"http://[fd00:ec2::254]/", true},
        {"http://[fd00:0ec2:0:0::23]/", true},
        {"http://[fd00:ec2::24]/", false},
        {"http://[::ffff:192.0.2.1]/", false},
        {"http://[::]/", false},
        {"http://0.0.0.0/", false},
        {"http://128.0.0.1/", false},
        {"http://10.0.0.1/", false},
        {"http://169.255.0.1/", false},
        {"http://127.1/", false},
        {"http://2130706433/", false},
        {"http://0x7f.0.0.1/", false},
        {"http://127.0.0.1.example.com/", false},
        {"http://127.0.0.1./", false},
        {"http://localhost./", false},
        {"http://localhost.example.com/", false},
        {"http://x.localhost/", false},
        {"http://localhost.localdomain/", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct uri u;

        assert_int_equal(uri_parse(rows[i].text, &u, NULL), 0);
        if (address_is_local(u.host) != rows[i].local)
            fail_msg("%s: judged the other way", rows[i].text);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encodes_all_but_unreserved),
        cmocka_unit_test(encoding_obeys_the_ceiling),
        cmocka_unit_test(parses),
        cmocka_unit_test(refuses),
        cmocka_unit_test(a_password_in_a_url_is_not_repeated),
        cmocka_unit_test(only_literals_and_localhost_are_local),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
