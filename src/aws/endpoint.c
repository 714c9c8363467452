#include "aws/endpoint.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "aws/uri.h"
#include "base/text.h"

#define DEFAULT_REGION "us-east-1"

/* A region belongs to the partition one of whose prefixes it begins with, if a word, "-" and
 * digits follow: "us-" does not take us-gov-west-1. */
struct partition {
    const char *name;
    const char *prefixes;       /* each followed by a space */
    const char *suffix[2];      /* [dualstack]: of regional hosts, such as STS's */
    const char *sts_fips;       /* first label of STS's FIPS host; with dual stack sts-fips */
    const char *iam_host[2][2]; /* [fips][dualstack]: for all regions; the names have no rule */
    const char *iam_region[2];  /* [fips]: that signs */
};

static const struct partition partitions[] = {
    {"aws",
     "us- eu- ap- sa- ca- me- af- il- mx- ",
     {"amazonaws.com", "api.aws"},
     "sts-fips",
     {{"iam.amazonaws.com", "iam.global.api.aws"},
      {"iam-fips.amazonaws.com", "iam-fips.global.api.aws"}},
     {"us-east-1", "us-east-1"}},
    {"aws-cn",
     "cn- ",
     {"amazonaws.com.cn", "api.amazonwebservices.com.cn"},
     "sts-fips",
     {{"iam.cn-north-1.amazonaws.com.cn", "iam.global.api.amazonwebservices.com.cn"},
      {"iam-fips.amazonaws.com.cn", "iam-fips.api.amazonwebservices.com.cn"}},
     {"cn-north-1", "cn-northwest-1"}},
    {"aws-us-gov",
     "us-gov- ",
     {"amazonaws.com", "api.aws"},
     "sts",
     {{"iam.us-gov.amazonaws.com", "iam.us-gov.api.aws"},
      {"iam.us-gov.amazonaws.com", "iam.us-gov.api.aws"}},
     {"us-gov-west-1", "us-gov-west-1"}},
    {"aws-iso",
     "us-iso- ",
     {"c2s.ic.gov", "api.aws.ic.gov"},
     "sts-fips",
     {{"iam.us-iso-east-1.c2s.ic.gov", "iam.api.aws.ic.gov"},
      {"iam-fips.us-iso-east-1.c2s.ic.gov", "iam-fips.api.aws.ic.gov"}},
     {"us-iso-east-1", "us-iso-east-1"}},
    {"aws-iso-b",
     "us-isob- ",
     {"sc2s.sgov.gov", "api.aws.scloud"},
     "sts-fips",
     {{"iam.us-isob-east-1.sc2s.sgov.gov", "iam.api.aws.scloud"},
      {"iam-fips.us-isob-east-1.sc2s.sgov.gov", "iam-fips.api.aws.scloud"}},
     {"us-isob-east-1", "us-isob-east-1"}},
    {"aws-iso-e",
     "eu-isoe- ",
     {"cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"},
     "sts-fips",
     {{"iam.eu-isoe-west-1.cloud.adc-e.uk", "iam.api.cloud-aws.adc-e.uk"},
      {"iam-fips.cloud.adc-e.uk", "iam-fips.api.cloud-aws.adc-e.uk"}},
     {"eu-isoe-west-1", "eu-isoe-west-1"}},
    {"aws-iso-f",
     "us-isof- ",
     {"csp.hci.ic.gov", "api.aws.hci.ic.gov"},
     "sts-fips",
     {{"iam.us-isof-south-1.csp.hci.ic.gov", "iam.api.aws.hci.ic.gov"},
      {"iam-fips.csp.hci.ic.gov", "iam-fips.api.aws.hci.ic.gov"}},
     {"us-isof-south-1", "us-isof-south-1"}},
    {"aws-eusc",
     "eusc-de- ",
     {"amazonaws.eu", "api.amazonwebservices.eu"},
     "sts-fips",
     {{"iam.eusc-de-east-1.amazonaws.eu", "iam.api.amazonwebservices.eu"},
      {"iam-fips.amazonaws.eu", "iam-fips.api.amazonwebservices.eu"}},
     {"eusc-de-east-1", "eusc-de-east-1"}},
};

#define PARTITIONS (sizeof(partitions) / sizeof(partitions[0]))

static const char *const service_names[] = {[ENDPOINT_IAM] = "iam", [ENDPOINT_STS] = "sts"};

static bool
matches(const char *region, const char *prefix, size_t len)
{
    size_t word, digits;

    if (strncmp(region, prefix, len) != 0)
        return false;
    region += len;
    word = strspn(region, "abcdefghijklmnopqrstuvwxyz");
    if (word == 0 || region[word] != '-')
        return false;
    region += word + 1;
    digits = strspn(region, "0123456789");
    return digits > 0 && region[digits] == '\0';
}

static const struct partition *
partition_of(const char *region)
{
    for (size_t i = 0; i < PARTITIONS; i++) {
        const char *p = partitions[i].prefixes;
        size_t n;

        for (; (n = strcspn(p, " ")) > 0; p += n + 1)
            if (matches(region, p, n))
                return &partitions[i];
    }
    return NULL;
}

static int
refuse_region(const char *region, const char *why, struct err *e)
{
    char shown[64];

    text_clean(shown, sizeof(shown), region, strlen(region));
    return err_set(e, ERR_CONFIG, "region %s: %s", shown, why);
}

/* An endpoint that an administrator wrote: host, port and path are kept. */
static int
resolve_url(const char *url, const char *region, struct endpoint *ep, struct err *e)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
    struct uri u;

    if (uri_parse(url, &u, e) != 0)
        return -1;
    if (region[strspn(region, allowed)] != '\0' || strlen(region) >= sizeof(ep->region))
        return refuse_region(region, "may hold letters, digits and - only, 31 at most", e);
    (void)snprintf(ep->host, sizeof(ep->host), "%s", u.authority);
    (void)snprintf(ep->region, sizeof(ep->region), "%s", region);
    if ((size_t)snprintf(ep->url, sizeof(ep->url), "%s://%s%s", u.tls ? "https" : "http",
                         u.authority, u.path) >= sizeof(ep->url))
        return err_set(e, ERR_CONFIG, "the URL of %s is too long; shorten its path", u.authority);
    return 0;
}

static const char *
sts_label(const struct partition *p, const struct endpoint_wish *wish)
{
    if (!wish->fips)
        return "sts";
    return wish->dualstack ? "sts-fips" : p->sts_fips;
}

int
endpoint_resolve(enum endpoint_service service, const struct endpoint_wish *wish,
                 struct endpoint *ep, struct err *e)
{
    const char *region = wish->region, *url = wish->url;
    const struct partition *p;

    memset(ep, 0, sizeof(*ep));
    (void)snprintf(ep->service, sizeof(ep->service), "%s", service_names[service]);
    if (region == NULL || *region == '\0')
        region = DEFAULT_REGION;
    if (url != NULL)
        return resolve_url(url, region, ep, e);
    p = strlen(region) < sizeof(ep->region) ? partition_of(region) : NULL;
    if (p == NULL)
        return refuse_region(region,
                             service == ENDPOINT_STS
                                 ? "not a region that is known here; correct it or set "
                                   "sts_endpoint_url"
                                 : "not a region that is known here; correct it or set "
                                   "endpoint_url",
                             e);
    if (service == ENDPOINT_IAM) {
        (void)snprintf(ep->host, sizeof(ep->host), "%s", p->iam_host[wish->fips][wish->dualstack]);
        (void)snprintf(ep->region, sizeof(ep->region), "%s", p->iam_region[wish->fips]);
    } else {
        (void)snprintf(ep->host, sizeof(ep->host), "%s.%s.%s", sts_label(p, wish), region,
                       p->suffix[wish->dualstack]);
        (void)snprintf(ep->region, sizeof(ep->region), "%s", region);
    }
    (void)snprintf(ep->url, sizeof(ep->url), "https://%s/", ep->host);
    return 0;
}
