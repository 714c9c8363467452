/*
 * record: what this host knows of one user's story.
 *
 * RECORD-1  `intent` MUST be durable before a create or update is sent, `done` before
 *           the hold is wiped. `created` comes before the password is shown; where it
 *           cannot be written, `intent` and the hold stand for it.
 * RECORD-2  A record whose local name or machine-id does not match MUST NOT be acted
 *           upon, as one that does not parse (STORE-3).
 * RECORD-3  `done` is final for its account and IAM user, whatever the configuration
 *           does. `intent` and `created` finish with the recorded account and user.
 *           `failed` never replaces intent, created or done.
 * RECORD-4  A not_before more than 24 h ahead MUST count as passed: clocks jump.
 * RECORD-5  No record ever holds a secret.
 */
#ifndef IAMLP_STATE_RECORD_H
#define IAMLP_STATE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/user.h"

#define RECORD_TRIES 4              /* unanswered tries remembered */
#define RECORD_FAR   (24 * 60 * 60) /* RECORD-4, seconds */

enum record_phase {
    RECORD_NONE, /* no record */
    RECORD_UNMAPPED,
    RECORD_PENDING,
    RECORD_LATER,
    RECORD_INTENT,
    RECORD_CREATED,
    RECORD_DONE,
    RECORD_LOST,
    RECORD_FAILED,
};

enum record_how {
    RECORD_HOW_NONE,
    RECORD_HOW_SHOWN,
    RECORD_HOW_OPERATOR,
    RECORD_HOW_BULK,
    RECORD_HOW_TYPED,
    RECORD_HOW_EXISTS,
    RECORD_HOW_REMOVED,
};

enum record_call {
    RECORD_CALL_CREATE,
    RECORD_CALL_UPDATE
};

/* A create or update whose answer never came: by the server's clock, it was sent
 * at `sent` and cannot have been answered after `deadline`. */
struct record_try {
    int64_t sent;
    int64_t deadline;
};

struct record {
    uid_t uid;
    enum record_phase phase;
    char name[USER_NAME_MAX]; /* canonical pw_name */
    char machine[65];         /* /etc/machine-id, or "none" */
    char section[65];         /* [account NAME]; "" is the default account */
    char account[13];         /* 12 digits, once IAM has said them; else "" */
    char iam_user[65];
    char service[33]; /* PAM service of the login that marked it; "" by operator */
    char rhost[65];
    int64_t changed;     /* seconds since the epoch: when it entered this phase */
    int64_t not_before;  /* 0: at once */
    unsigned failures;   /* in a row */
    char code[41];       /* why failed: an AWS code, or config, policy, ... */
    enum record_how how; /* of done */
    /* the try; meaningful in intent, created, lost */
    enum record_call call;
    char nonce[33];                        /* of the hold; "" for none */
    unsigned creates;                      /* sent with this password */
    struct record_try tries[RECORD_TRIES]; /* unanswered ones, oldest first */
    size_t try_count;
    char request_id[49];
    char signin_url[129]; /* so that `created` can be shown without asking AWS */
    int64_t profile_date; /* CreateDate IAM gave for our profile; 0 unknown */
    bool probable;        /* ours by the window only, not by a 200 */
    bool told;            /* of lost: the person knows */
    bool ticket;          /* the tag that allowed it still says so, as far as is known */
    bool typed;           /* the person's own password, which is never held */
    /* what the configuration said when it mapped; hints, as the fingerprint */
    bool at_login;        /* create = login: hooks go on with it themselves */
    bool unmarked;        /* shell = off: no mark is ever wanted */
    char fingerprint[64]; /* of the configuration that mapped */
};

/* An empty record for this user: phase RECORD_NONE. */
void record_init(struct record *r, uid_t uid);

/* The words of the file and of `iamlp explain`, by number; NULL-terminated. */
extern const char *const record_phases[]; /* "none", "unmapped", "pending", ... */
extern const char *const record_hows[];   /* "none", "shown", "operator", ... */
extern const char *const record_calls[];  /* "create", "update" */

/* Is `now` before r->not_before, by RECORD-4? */
bool record_waits(const struct record *r, int64_t now);

/* A new password, `typed` by its owner or made here: forget what is said of the last one, of its
 * hold and its tries. */
void record_new_password(struct record *r, bool typed);

/* Remember a try that is about to be sent; with all places taken the oldest goes. */
void record_add_try(struct record *r, int64_t sent, int64_t deadline);

/* The last try has got its definite answer: it is no longer open. */
void record_close_try(struct record *r);

/* Can a profile of that CreateDate come from one of the open tries? (two seconds
 * either way, because dates are whole seconds and servers' clocks differ) */
bool record_in_window(const struct record *r, int64_t created);

#endif
