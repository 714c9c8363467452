/*
 * pwgen: passwords from the kernel's random numbers.
 *
 * PWGEN-1  Every password that meets the request MUST be equally likely: whole
 *          candidates are drawn without modulo bias and thrown away when a class
 *          is missing, never patched.
 * PWGEN-2  Only ASCII letters, digits and, of the symbols that count for IAM, what
 *          neither a shell, an INI file, a printf nor a double click trips over
 *          (plan.h says which and why); no look-alikes; first and last character
 *          a letter or digit.
 */
#ifndef IAMLP_PWGEN_PWGEN_H
#define IAMLP_PWGEN_PWGEN_H

#include <stddef.h>

#include "base/err.h"
#include "base/secret.h"
#include "pwgen/policy.h"

/* Where random bytes come from: fill buf[0..len), 0 or -1 with errno. */
typedef int pwgen_random(void *buf, size_t len);

/* getrandom(2), waiting for the pool at early boot. */
int pwgen_system_random(void *buf, size_t len);

struct pwgen_request {
    unsigned length;      /* wanted characters; raised to the policy's minimum */
    const char *exclude;  /* characters never used; "" or NULL for none */
    struct policy policy; /* every class of ours is present whatever it says */
};

/* Make one. NULL: ERR_CONFIG when the request cannot be met, naming the reason
 * (such as "exclude leaves no digit, and the password policy requires one");
 * ERR_SYSTEM when the kernel gives no random bytes. */
struct secret *pwgen_make(const struct pwgen_request *r, pwgen_random *random, struct err *e);

/* Bits of entropy of what pwgen_make(r) would make, rounded down; -1 as above. */
int pwgen_entropy(const struct pwgen_request *r, struct err *e);

#endif
