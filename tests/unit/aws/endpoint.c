/* Endpoints of every partition, explicit URLs, sign-in pages. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "aws/endpoint.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
by_region(void **state)
{
    static const struct {
        const char *region, *iam_host, *iam_region, *sts_host;
    } rows[] = {
        {NULL, "iam.amazonaws.com", "us-east-1", "sts.us-east-1.amazonaws.com"},
        {"", "iam.amazonaws.com", "us-east-1", "sts.us-east-1.amazonaws.com"},
        {"us-west-2", "iam.amazonaws.com", "us-east-1", "sts.us-west-2.amazonaws.com"},
        {"eu-central-1", "iam.amazonaws.com", "us-east-1", "sts.eu-central-1.amazonaws.com"},
        {"ap-southeast-2", "iam.amazonaws.com", "us-east-1", "sts.ap-southeast-2.amazonaws.com"},
        {"sa-east-1", "iam.amazonaws.com", "us-east-1", "sts.sa-east-1.amazonaws.com"},
        {"ca-west-1", "iam.amazonaws.com", "us-east-1", "sts.ca-west-1.amazonaws.com"},
        {"me-south-1", "iam.amazonaws.com", "us-east-1", "sts.me-south-1.amazonaws.com"},
        {"af-south-1", "iam.amazonaws.com", "us-east-1", "sts.af-south-1.amazonaws.com"},
        {"il-central-1", "iam.amazonaws.com", "us-east-1", "sts.il-central-1.amazonaws.com"},
        {"mx-central-1", "iam.amazonaws.com", "us-east-1", "sts.mx-central-1.amazonaws.com"},
        {"cn-northwest-1", "iam.cn-north-1.amazonaws.com.cn", "cn-north-1",
         "sts.cn-northwest-1.amazonaws.com.cn"},
        {"us-gov-east-1", "iam.us-gov.amazonaws.com", "us-gov-west-1",
         "sts.us-gov-east-1.amazonaws.com"},
        {"us-iso-west-1", "iam.us-iso-east-1.c2s.ic.gov", "us-iso-east-1",
         "sts.us-iso-west-1.c2s.ic.gov"},
        {"us-isob-east-1", "iam.us-isob-east-1.sc2s.sgov.gov", "us-isob-east-1",
         "sts.us-isob-east-1.sc2s.sgov.gov"},
        {"eu-isoe-west-1", "iam.eu-isoe-west-1.cloud.adc-e.uk", "eu-isoe-west-1",
         "sts.eu-isoe-west-1.cloud.adc-e.uk"},
        {"us-isof-east-1", "iam.us-isof-south-1.csp.hci.ic.gov", "us-isof-south-1",
         "sts.us-isof-east-1.csp.hci.ic.gov"},
        {"eusc-de-east-1", "iam.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1",
         "sts.eusc-de-east-1.amazonaws.eu"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *sts_region =
            rows[i].region != NULL && rows[i].region[0] != '\0' ? rows[i].region : "us-east-1";
        struct endpoint ep;

        assert_int_equal(
            endpoint_resolve(ENDPOINT_IAM,
                             &(struct endpoint_wish){.region = rows[i].region, .url = NULL}, &ep,
                             NULL),
            0);
        assert_string_equal(ep.host, rows[i].iam_host);
        assert_string_equal(ep.region, rows[i].iam_region);
        assert_string_equal(ep.service, "iam");
        assert_memory_equal(ep.url, "https://", 8);
        assert_memory_equal(ep.url + 8, ep.host, strlen(ep.host));
        assert_string_equal(ep.url + 8 + strlen(ep.host), "/");

        assert_int_equal(
            endpoint_resolve(ENDPOINT_STS,
                             &(struct endpoint_wish){.region = rows[i].region, .url = NULL}, &ep,
                             NULL),
            0);
        assert_string_equal(ep.host, rows[i].sts_host);
        assert_string_equal(ep.region, sts_region);
        assert_string_equal(ep.service, "sts");
        assert_memory_equal(ep.url + 8, ep.host, strlen(ep.host));
    }
}

static void
by_variant(void **state)
{
    static const struct {
        const char *region;
        bool fips, dualstack;
        const char *iam_host, *iam_region, *sts_host;
    } rows[] = {
        {NULL, true, false, "iam-fips.amazonaws.com", "us-east-1",
         "sts-fips.us-east-1.amazonaws.com"},
        {"eu-west-1", false, true, "iam.global.api.aws", "us-east-1", "sts.eu-west-1.api.aws"},
        {"us-west-2", true, true, "iam-fips.global.api.aws", "us-east-1",
         "sts-fips.us-west-2.api.aws"},
        {"cn-north-1", false, true, "iam.global.api.amazonwebservices.com.cn", "cn-north-1",
         "sts.cn-north-1.api.amazonwebservices.com.cn"},
        {"us-gov-east-1", true, false, "iam.us-gov.amazonaws.com", "us-gov-west-1",
         "sts.us-gov-east-1.amazonaws.com"},
        {"us-gov-east-1", false, true, "iam.us-gov.api.aws", "us-gov-west-1",
         "sts.us-gov-east-1.api.aws"},
        {"us-gov-east-1", true, true, "iam.us-gov.api.aws", "us-gov-west-1",
         "sts-fips.us-gov-east-1.api.aws"},
        {"us-iso-west-1", true, false, "iam-fips.us-iso-east-1.c2s.ic.gov", "us-iso-east-1",
         "sts-fips.us-iso-west-1.c2s.ic.gov"},
        {"us-isob-east-1", false, true, "iam.api.aws.scloud", "us-isob-east-1",
         "sts.us-isob-east-1.api.aws.scloud"},
        {"eu-isoe-west-1", true, true, "iam-fips.api.cloud-aws.adc-e.uk", "eu-isoe-west-1",
         "sts-fips.eu-isoe-west-1.api.cloud-aws.adc-e.uk"},
        {"us-isof-east-1", true, false, "iam-fips.csp.hci.ic.gov", "us-isof-south-1",
         "sts-fips.us-isof-east-1.csp.hci.ic.gov"},
        {"eusc-de-east-1", false, true, "iam.api.amazonwebservices.eu", "eusc-de-east-1",
         "sts.eusc-de-east-1.api.amazonwebservices.eu"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct endpoint_wish wish = {rows[i].region, NULL, rows[i].fips, rows[i].dualstack};
        struct endpoint ep;

        assert_int_equal(endpoint_resolve(ENDPOINT_IAM, &wish, &ep, NULL), 0);
        assert_string_equal(ep.host, rows[i].iam_host);
        assert_string_equal(ep.region, rows[i].iam_region);
        assert_int_equal(endpoint_resolve(ENDPOINT_STS, &wish, &ep, NULL), 0);
        assert_string_equal(ep.host, rows[i].sts_host);
        assert_memory_equal(ep.url + 8, ep.host, strlen(ep.host));
    }
}

static void
unknown_regions(void **state)
{
    static const char *const rows[] = {
        "xx-east-1",        "us-east",
        "us-east-",         "us--1",
        "us-gov-1-",        "US-EAST-1",
        "us-east-1 ",       "us-east-1.evil",
        "us-east-1/",       "us-gov-gov-west-1",
        "aws-global",       "1",
        "us-east-1a",       "eusc-east-1",
        "us-e\x1b[2Jast-1", "us-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-1",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct err e = ERR_INIT;
        struct endpoint ep;

        if (endpoint_resolve(ENDPOINT_IAM, &(struct endpoint_wish){.region = rows[i], .url = NULL},
                             &ep, &e) == 0)
            fail_msg("taken: %s", rows[i]);
        assert_int_equal(e.code, ERR_CONFIG);
        assert_null(strchr(e.msg, '\x1b'));
        assert_non_null(strstr(e.msg, "correct it or set endpoint_url"));
        (void)endpoint_resolve(ENDPOINT_STS, &(struct endpoint_wish){.region = rows[i]}, &ep, &e);
        assert_non_null(strstr(e.msg, "correct it or set sts_endpoint_url"));
    }
}

static void
by_url(void **state)
{
    static const struct {
        const char *url, *region, *host, *signs_as, *normal;
    } rows[] = {
        {"http://127.0.0.1:15557", NULL, "127.0.0.1:15557", "us-east-1", "http://127.0.0.1:15557/"},
        {"https://vpce.example.com/iam/", "eu-west-3", "vpce.example.com", "eu-west-3",
         "https://vpce.example.com/iam/"},
        {"https://Vpce.Example.com:443", "moon-base-1", "vpce.example.com", "moon-base-1",
         "https://vpce.example.com/"},
        {"https://[::1]:8443/x", "", "[::1]:8443", "us-east-1", "https://[::1]:8443/x"},
        {"https://[2001:DB8::1]", NULL, "[2001:db8::1]", "us-east-1", "https://[2001:db8::1]/"},
        {"http://[::1]:80", NULL, "[::1]", "us-east-1", "http://[::1]/"},
        {"https://h.example.com:65535", NULL, "h.example.com:65535", "us-east-1",
         "https://h.example.com:65535/"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct endpoint ep;

        assert_int_equal(
            endpoint_resolve(ENDPOINT_IAM,
                             &(struct endpoint_wish){.region = rows[i].region, .url = rows[i].url},
                             &ep, NULL),
            0);
        assert_string_equal(ep.host, rows[i].host);
        assert_string_equal(ep.region, rows[i].signs_as);
        assert_string_equal(ep.url, rows[i].normal);
        assert_string_equal(ep.service, "iam");

        /* AWS's variants are AWS's. */
        assert_int_equal(
            endpoint_resolve(ENDPOINT_STS,
                             &(struct endpoint_wish){rows[i].region, rows[i].url, true, true}, &ep,
                             NULL),
            0);
        assert_string_equal(ep.url, rows[i].normal);
        assert_string_equal(ep.region, rows[i].signs_as);
        assert_string_equal(ep.service, "sts");
    }
}

static void
bad_urls(void **state)
{
    char path[256] = "https://h.example.com/";
    struct err e = ERR_INIT;
    struct endpoint ep;

    (void)state;
    assert_int_equal(
        endpoint_resolve(ENDPOINT_IAM,
                         &(struct endpoint_wish){.region = NULL, .url = "iam.amazonaws.com"}, &ep,
                         &e),
        -1);
    assert_int_equal(e.code, ERR_CONFIG);
    assert_int_equal(
        endpoint_resolve(ENDPOINT_IAM,
                         &(struct endpoint_wish){.region = "a\nb", .url = "https://h.example.com/"},
                         &ep, &e),
        -1);
    assert_int_equal(e.code, ERR_CONFIG);
    memset(path + strlen(path), 'p', sizeof(path) - strlen(path) - 1);
    path[sizeof(path) - 1] = '\0';
    assert_int_equal(endpoint_resolve(ENDPOINT_IAM,
                                      &(struct endpoint_wish){.region = NULL, .url = path}, &ep,
                                      NULL),
                     0);
    assert_string_equal(ep.url, path);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_region),       cmocka_unit_test(by_variant),
        cmocka_unit_test(unknown_regions), cmocka_unit_test(by_url),
        cmocka_unit_test(bad_urls),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
