/*
 * resolve: endpoint_resolve for each line of standard input, for tests.
 *
 *   SERVICE REGION FIPS DUALSTACK [URL]   (iam or sts, "-" for none, 0 or 1)
 *
 * Prints a line for each: URL HOST REGION SERVICE, or "error" and the sentence.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/endpoint.h"

int
main(void)
{
    char line[1024];

    while (fgets(line, sizeof(line), stdin) != NULL) {
        char service[8] = "", region[64] = "", url[512] = "";
        int fips = 0, dualstack = 0;
        struct endpoint_wish wish = {0};
        struct err e = ERR_INIT;
        struct endpoint ep;

        if (sscanf(line, "%7s %63s %d %d %511s", service, region, &fips, &dualstack, url) < 4) {
            fprintf(stderr, "resolve: %s", line);
            return 2;
        }
        wish.region = strcmp(region, "-") != 0 ? region : NULL;
        wish.url = url[0] != '\0' ? url : NULL;
        wish.fips = fips != 0;
        wish.dualstack = dualstack != 0;
        if (endpoint_resolve(strcmp(service, "sts") == 0 ? ENDPOINT_STS : ENDPOINT_IAM, &wish, &ep,
                             &e) == 0)
            printf("%s %s %s %s\n", ep.url, ep.host, ep.region, ep.service);
        else
            printf("error %s\n", e.msg);
    }
    return 0;
}
