#include "core/signin.h"

#include <stdio.h>
#include <string.h>

#define DIGITS 12

static const struct {
    const char *partition;
    const char *host; /* ID.host */
} pages[] = {
    {"aws", "signin.aws.amazon.com"},
    {"aws-cn", "signin.amazonaws.cn"},
    {"aws-us-gov", "signin.amazonaws-us-gov.com"},
};

bool
signin_is_account(const char *account)
{
    return strlen(account) == DIGITS && strspn(account, "0123456789") == DIGITS;
}

void
signin_page(const char *partition, const char *account, char *url, size_t size)
{
    url[0] = '\0';
    for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
        if (strcmp(pages[i].partition, partition) == 0 && signin_is_account(account))
            (void)snprintf(url, size, "https://%s.%s/console", account, pages[i].host);
}
