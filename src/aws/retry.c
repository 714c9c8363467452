#include "aws/retry.h"

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

    while (nanosleep(&left, &left) != 0)
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
