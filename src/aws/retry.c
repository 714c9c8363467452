#include "aws/retry.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

static uint32_t
system_random(void)
{
    uint32_t n = 0;

    /* Jitter, not a secret: a failure only makes it even less random. */
    (void)!getrandom(&n, sizeof(n), GRND_NONBLOCK);
    return n;
}

static void
system_sleep_ms(int64_t ms)
{
    struct timespec left = {ms / 1000, (ms % 1000) * 1000000};

    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        continue;
}

void
retry_init(struct retry *r)
{
    memset(r, 0, sizeof(*r));
    r->tokens = RETRY_TOKENS;
    r->random = system_random;
    r->sleep_ms = system_sleep_ms;
}

/* RETRY-4. AWS says both: that the time is off, or only that the signature does not match. */
static bool
is_for_its_time(const struct retry *r, const struct retry_case *c)
{
    return (c->fault == FAULT_CLOCK || c->fault == FAULT_SIGNATURE) && !r->corrected &&
           (c->behind_s > RETRY_SKEW_MIN_S || c->behind_s < -RETRY_SKEW_MIN_S);
}

/* RETRY-2. */
static int64_t
wait_before(int attempt, uint32_t random)
{
    uint64_t most = UINT64_C(1000) << (attempt - 2);

    return (int64_t)((random * most) >> 32);
}

struct retry_plan
retry_decide(const struct retry *r, const struct retry_case *c, uint32_t random)
{
    struct retry_plan p = {0};

    if (c->attempt >= RETRY_ATTEMPTS || !c->harmless)
        return p;
    p.correct = is_for_its_time(r, c);
    if (!p.correct && !fault_is_transient(c->fault))
        return p;
    if (!p.correct) {
        p.wait_ms = wait_before(c->attempt + 1, random);
        p.cost = c->fault == FAULT_TIMEOUT ? RETRY_TIMEOUT_COST : RETRY_COST;
    }
    p.again = p.cost <= r->tokens && p.wait_ms + RETRY_LEAST_MS <= c->left_ms;
    return p;
}

void
retry_follow(struct retry *r, const struct retry_plan *p, const struct retry_case *c)
{
    r->tokens -= p->cost;
    if (p->correct) {
        r->skew_s += c->behind_s;
        r->corrected = true;
    } else {
        r->sleep_ms(p->wait_ms);
    }
}

void
retry_succeeded(struct retry *r, int spent)
{
    r->tokens += spent > 0 ? spent : 1;
    if (r->tokens > RETRY_TOKENS)
        r->tokens = RETRY_TOKENS;
}
