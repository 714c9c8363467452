#include "base/clock.h"

#include <limits.h>
#include <time.h>

static int64_t
wall_s(void)
{
    struct timespec ts;

    (void)clock_gettime(CLOCK_REALTIME, &ts);
    return ts.tv_sec;
}

static int64_t
mono_ms(void)
{
    struct timespec ts;

    (void)clock_gettime(CLOCK_BOOTTIME, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

const struct clock clock_system = {wall_s, mono_ms};

int
clock_left_ms(const struct clock *c, int64_t deadline)
{
    int64_t left = deadline - c->mono_ms();

    return left <= 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}
