/*
 * signin: the page on which a person types the password that was made here.
 *
 * SIGNIN-1  It MUST be put together here, from twelve digits and a table, or come from
 *           the configuration: an address that iamlp-net could choose would send people
 *           with a fresh password wherever an intruder likes.
 */
#ifndef IAMLP_CORE_SIGNIN_H
#define IAMLP_CORE_SIGNIN_H

#include <stdbool.h>
#include <stddef.h>

/* Twelve digits and nothing else? */
bool signin_is_account(const char *account);

/* The page of an account: "https://ID.signin.aws.amazon.com/console". `partition` as in
 * an ARN ("aws", "aws-cn"). "" for partitions whose page is not published, and for any
 * other word: signin_url is then for the administrator to set. */
void signin_page(const char *partition, const char *account, char *url, size_t size);

#endif
