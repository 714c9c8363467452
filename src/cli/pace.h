/*
 * pace: how many users may be under way at once: less where AWS is too busy, more again
 * slowly (additive increase, multiplicative decrease, as in TCP). Pure: no clock, no wait.
 *
 * PACE-1  An answer that was throttled halves what may be at once. What had begun before the
 *         last cut says nothing new.
 * PACE-2  Where it is one already, nobody is begun for PACE_PAUSE_MS, doubling to
 *         PACE_PAUSE_MAX_MS; an answer that was not throttled ends the doubling.
 * PACE-3  After PACE_CALM such answers in a row for each that may be at once, one more may.
 */
#ifndef IAMLP_CLI_PACE_H
#define IAMLP_CLI_PACE_H

#include <stdbool.h>
#include <stdint.h>

#define PACE_CALM         8
#define PACE_PAUSE_MS     1000
#define PACE_PAUSE_MAX_MS (10 * 1000)

struct pace {
    int most; /* processes that there are */
    int now;  /* of them that may have a user */
    int calm; /* answers in a row that were not throttled */
    int64_t cut_ms;
    int64_t pause_ms; /* of the last pause */
    int64_t until_ms; /* its end */
};

/* Begin with as many at once as there are processes. */
void pace_begin(struct pace *p, int most);

/* A story that had begun at `begun_ms` has ended at `now_ms`. */
void pace_answer(struct pace *p, bool throttled, int64_t begun_ms, int64_t now_ms);

/* With `busy` under way, may another begin? */
bool pace_allows(const struct pace *p, int busy, int64_t now_ms);

#endif
