#include "pwgen/pwgen.h"

#include <errno.h>
#include <sys/random.h>

#include "pwgen/entropy.h"
#include "pwgen/plan.h"

/* Random bytes spent before giving up. The unluckiest request (6 characters, one
 * digit, one capital, one symbol and all small letters) takes one candidate in
 * 280, about 2 KiB; not to find one in a megabyte has odds below 2^-800. It is
 * reached when the source is broken, as one that returns 255 for ever. */
#define BYTES_MAX (1024 * 1024)
#define POOL_SIZE 256 /* getrandom(2) gives so many without being interrupted */

/* Random bytes on their way; in a secret, since the password follows from them. */
struct pool {
    pwgen_random *random;
    struct secret *bytes;
    size_t used;
    size_t spent;
};

int
pwgen_system_random(void *buf, size_t len)
{
    char *p = buf;

    while (len > 0) {
        ssize_t n = getrandom(p, len, 0);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        p += n;
        len -= (size_t)n;
    }
    return 0;
}

static int
refill(struct pool *pool, struct err *e)
{
    char *p;

    if (pool->spent >= BYTES_MAX)
        return err_set(e, ERR_SYSTEM,
                       "the random numbers do not vary: no password in %d bytes of them",
                       BYTES_MAX);
    secret_truncate(pool->bytes, 0);
    p = secret_extend(pool->bytes, POOL_SIZE, e);
    if (p == NULL)
        return -1;
    if (pool->random(p, POOL_SIZE) != 0)
        return err_sys(e, "no random numbers for a password");
    pool->spent += POOL_SIZE;
    pool->used = 0;
    return 0;
}

/* A number below n, each equally likely: bytes at and above the largest multiple
 * of n are thrown away, where a remainder would favour the small numbers. */
static int
below(struct pool *pool, unsigned n, unsigned *out, struct err *e)
{
    unsigned char byte;

    do {
        if (pool->used == secret_len(pool->bytes) && refill(pool, e) != 0)
            return -1;
        byte = (unsigned char)secret_str(pool->bytes)[pool->used++];
    } while (byte >= 256 - 256 % n);
    *out = byte % n;
    return 0;
}

static int
draw(const struct plan *plan, struct pool *pool, char *text, struct err *e)
{
    for (unsigned i = 0; i < plan->length; i++) {
        bool at_edge = i == 0 || i == plan->length - 1;
        unsigned n = 0;

        if (below(pool, at_edge ? plan->edge : plan->size, &n, e) != 0)
            return -1;
        text[i] = plan->alphabet[n];
    }
    return 0;
}

struct secret *
pwgen_make(const struct pwgen_request *r, pwgen_random *random, struct err *e)
{
    struct pool pool = {.random = random};
    struct secret *password = NULL, *made = NULL;
    struct plan plan;
    char *text;

    if (plan_make(&plan, r, e) != 0)
        return NULL;
    pool.bytes = secret_new(POOL_SIZE, e);
    password = secret_new(plan.length, e);
    text = password == NULL ? NULL : secret_extend(password, plan.length, e);
    if (pool.bytes == NULL || text == NULL)
        goto out;
    do {
        if (draw(&plan, &pool, text, e) != 0)
            goto out;
    } while (!plan_met(&plan, text));
    made = password;
    password = NULL;
out:
    secret_free(password);
    secret_free(pool.bytes);
    return made;
}

int
pwgen_entropy(const struct pwgen_request *r, struct err *e)
{
    struct plan plan;

    return plan_make(&plan, r, e) == 0 ? entropy_bits(&plan) : -1;
}
