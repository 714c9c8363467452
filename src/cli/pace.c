#include "cli/pace.h"

void
pace_begin(struct pace *p, int most)
{
    *p = (struct pace){.most = most, .now = most, .cut_ms = INT64_MIN};
}

static void
cut(struct pace *p, int64_t now_ms)
{
    p->calm = 0;
    p->cut_ms = now_ms;
    if (p->now > 1) {
        p->now /= 2;
        return;
    }
    p->pause_ms = p->pause_ms == 0 ? PACE_PAUSE_MS : p->pause_ms * 2;
    if (p->pause_ms > PACE_PAUSE_MAX_MS)
        p->pause_ms = PACE_PAUSE_MAX_MS;
    p->until_ms = now_ms + p->pause_ms;
}

void
pace_answer(struct pace *p, bool throttled, int64_t begun_ms, int64_t now_ms)
{
    if (throttled) {
        if (begun_ms >= p->cut_ms)
            cut(p, now_ms);
        return;
    }
    p->pause_ms = 0;
    p->calm++;
    if (p->calm < PACE_CALM * p->now)
        return;
    p->calm = 0;
    if (p->now < p->most)
        p->now++;
}

bool
pace_allows(const struct pace *p, int busy, int64_t now_ms)
{
    return busy < p->now && now_ms >= p->until_ms;
}
