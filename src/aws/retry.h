/*
 * retry: whether, when and how a request that failed is sent once more. AWS's "standard"
 * retry mode (SDKs and Tools Reference Guide, "Retry behavior"), inside the deadline.
 *
 * RETRY-1  At most RETRY_ATTEMPTS attempts, of whatever kind, the first included; only
 *          after a fault that may pass (fault_is_transient), and never after one that may
 *          have acted when the request changes something: the story asks what is true
 *          instead.
 * RETRY-2  Before attempt n (from 2) a wait of rand(0,1) * 2^(n-2) seconds (AWS's ceiling of
 *          20 s is beyond the attempts there are). A wait that would not leave RETRY_LEAST_MS
 *          before the deadline is not begun; the last fault stands.
 * RETRY-3  Each repetition costs tokens (RETRY_COST, after a time-out RETRY_TIMEOUT_COST)
 *          of a bucket that all requests of a run share; without enough there is none. A
 *          success that was repeated gives back what it cost, any other one token. AWS's
 *          numbers are for programs that run for days: a story seldom gets to the end of
 *          the bucket, and what bounds it is the deadline. It is a ceiling for whatever
 *          asks more than a story does.
 * RETRY-4  A signature refused for its time is corrected once a run, by the Date header,
 *          over verified TLS only, and where that is more than RETRY_SKEW_MIN_S off. The
 *          repetition is signed with the corrected time, waits for nothing and costs
 *          nothing. Any other "no" (4xx) is repeated only where its code says that it may
 *          pass (RETRY-1), as a 400 with Throttling or IDPCommunicationError does.
 */
#ifndef IAMLP_AWS_RETRY_H
#define IAMLP_AWS_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "aws/fault.h"

#define RETRY_ATTEMPTS     3
#define RETRY_LEAST_MS     200
#define RETRY_TOKENS       500
#define RETRY_COST         5
#define RETRY_TIMEOUT_COST 10
#define RETRY_SKEW_MIN_S   240

/* What the requests of one run share. */
struct retry {
    int tokens;
    int64_t skew_s;               /* added to this host's clock in what is signed */
    bool corrected;               /* RETRY-4 has been used */
    uint32_t (*random)(void);     /* evenly distributed */
    void (*sleep_ms)(int64_t ms); /* at least that long */
};

/* A full bucket, the system's randomness and sleep. */
void retry_init(struct retry *r);

/* What an attempt came to. */
struct retry_case {
    int attempt; /* which one it was, from 1 */
    enum fault fault;
    bool harmless;    /* to send once more: it changes nothing, or this one cannot have acted */
    int64_t left_ms;  /* before the deadline */
    int64_t behind_s; /* of the time that was signed behind AWS's; 0 where no Date that
                         came over verified TLS says so */
};

/* What follows from it. */
struct retry_plan {
    bool again;
    bool correct;    /* by behind_s (RETRY-4) */
    int64_t wait_ms; /* before it is sent again */
    int cost;        /* tokens */
};

/* Judge by the MUSTs above; nothing is changed or waited for. `random`: of r->random. */
struct retry_plan retry_decide(const struct retry *r, const struct retry_case *c, uint32_t random);

/* Carry out a plan that says again: pay, correct, wait. */
void retry_follow(struct retry *r, const struct retry_plan *p, const struct retry_case *c);

/* A success, after repetitions that cost `spent` tokens in all (RETRY-3). */
void retry_succeeded(struct retry *r, int spent);

#endif
