#include "base/address.h"

#include <arpa/inet.h>
#include <string.h>

/* inet_pton takes four decimal numbers only: what it does not take (127.1, 0x7f.1) is no
 * address but a name here, and a name other than localhost is never local. */
static bool
is_ipv4(const char *host, in_addr_t *number)
{
    struct in_addr four;

    if (inet_pton(AF_INET, host, &four) != 1)
        return false;
    *number = ntohl(four.s_addr);
    return true;
}

static bool
is_ipv6(const char *host, struct in6_addr *six)
{
    return inet_pton(AF_INET6, host, six) == 1;
}

bool
address_is_loopback(const char *host)
{
    struct in6_addr six;
    in_addr_t four;

    if (is_ipv6(host, &six))
        return IN6_IS_ADDR_LOOPBACK(&six);
    return is_ipv4(host, &four) ? four >> 24 == 127 : strcmp(host, "localhost") == 0;
}

bool
address_is_local(const char *host)
{
    struct in6_addr six;
    in_addr_t four;

    if (address_is_loopback(host))
        return true;
    if (is_ipv6(host, &six))
        return IN6_IS_ADDR_LINKLOCAL(&six) || address_is(host, "fd00:ec2::254") ||
               address_is(host, "fd00:ec2::23");
    return is_ipv4(host, &four) && four >> 16 == (169 << 8 | 254);
}

bool
address_is(const char *host, const char *address)
{
    struct in6_addr a, b;

    if (is_ipv6(host, &a) && is_ipv6(address, &b))
        return IN6_ARE_ADDR_EQUAL(&a, &b);
    return strcmp(host, address) == 0; /* inet_pton knows one spelling of an IPv4 address */
}
