/*
 * address: hosts that plain http may be spoken to, because what is said to them does not
 * cross a network that somebody else could listen on.
 *
 * ADDRESS-1  A host MUST be judged by its text alone: an address by its number, however it
 *            is spelled, "localhost" by its name. No name is ever resolved.
 *
 * `host` is a name or an address; IPv6 without brackets.
 */
#ifndef IAMLP_BASE_ADDRESS_H
#define IAMLP_BASE_ADDRESS_H

#include <stdbool.h>

/* 127.0.0.0/8, ::1 or "localhost"? */
bool address_is_loopback(const char *host);

/* The same, a link-local address, or one of the two at which EC2 serves its hosts by IPv6:
 * fd00:ec2::254 and fd00:ec2::23? */
bool address_is_local(const char *host);

/* Is the host that very address? */
bool address_is(const char *host, const char *address);

#endif
