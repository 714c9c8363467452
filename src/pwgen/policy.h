/*
 * policy: an account's password policy as data, and whether a password meets it.
 *
 * Follows the IAM user guide, "Setting an account password policy": characters
 * are counted as Unicode characters; the symbols that count as such are
 * ! @ # $ % ^ & * ( ) _ + - = [ ] { } | '
 */
#ifndef IAMLP_PWGEN_POLICY_H
#define IAMLP_PWGEN_POLICY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define POLICY_LENGTH_MAX 128 /* characters; IAM's ceiling for any password */

struct policy {
    unsigned min_length; /* 6 to 128 */
    bool upper, lower, number, symbol;
    unsigned min_classes; /* 3 under the default policy, else 0 */
};

/* IAM's default, in force where an account has set none: 8 to 128 characters,
 * three of the four classes. */
extern const struct policy policy_default;

/* Does the password (UTF-8, len bytes) meet the policy, IAM's character set
 * (\t \n \r and U+0020 to U+00FF) and, under the default policy, differ from
 * `user`? 0, or -1 with ERR_FORMAT and a sentence for the person; the sentence
 * never quotes the password. */
int policy_check(const struct policy *p, const char *password, size_t len, const char *user,
                 struct err *e);

#endif
