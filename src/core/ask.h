/*
 * ask: the story's questions to AWS, put to iamlp-net over channel 2.
 *
 * ASK-1  Root MUST NOT parse what came from the network: an answer is fixed fields
 *        of a bounded frame, taken one by one, and text is cleaned here again.
 * ASK-2  A program that dies, lies or is late is one failed try: the answer is then
 *        WIRE_FAULT_NETWORK or _TIMEOUT with maybe_acted for calls that act.
 * ASK-3  No question MUST be begun after the deadline, and none waited for longer.
 * ASK-4  Answers are logged: what repeats the password that was told to this iamlp-net,
 *        in whatever answer, MUST NOT leave ask.
 * ASK-5  Kept credentials that AWS refuses, or that nothing comes of, are forgotten: whoever
 *        put them there shall not stop the next story.
 */
#ifndef IAMLP_CORE_ASK_H
#define IAMLP_CORE_ASK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/fdio.h"
#include "base/secret.h"
#include "conf/conf.h"
#include "pwgen/policy.h"
#include "wire/wire.h"

/* How iamlp-net comes to be: start gives a connected socket, stop ends it. */
struct ask_starter {
    int (*start)(void *arg, struct err *e);
    void (*stop)(int fd, void *arg);
    void *arg;
};

struct ask {
    /* Of the caller, who sets these and fd = -1, and the rest to zero. */
    const struct ask_starter *starter;
    const struct clock *clock;
    const struct conf *conf;
    const char *fingerprint; /* of its file */
    const struct conf_account *account;
    const char *user; /* local, of whom the questions are */
    int timeout_ms;   /* of one question */
    int64_t deadline; /* of all of them, on the monotonic clock; INT64_MAX: none */
    bool fresh;       /* credentials that were kept are not used */
    int fd;           /* -1: not started */

    int questions;       /* that were begun */
    bool kept;           /* this iamlp-net was given credentials that had been kept */
    int throttled;       /* AWS's answers "too busy", mended ones included */
    int64_t started_ms;  /* of the monotonic clock: when iamlp-net got its keys */
    bool reached;        /* the last one was answered by AWS, and not with "too busy" */
    int64_t date;        /* the server's clock at date_ms; 0: never heard */
    int64_t date_ms;     /* of the monotonic clock */
    int64_t skew;        /* seconds AWS's clock was found to be ahead of this host's; else 0 */
    struct secret *told; /* the last password that this iamlp-net was given, or NULL */
    char shared[2][FDIO_FINGERPRINT_MAX]; /* of credentials_file and config_file as read */
};

#define ASK_ARN_MAX 640 /* bytes with the final NUL */

struct ask_answer {
    enum wire_fault fault;
    bool maybe_acted;
    char code[41];
    char text[ERR_MSG_MAX];
    char request_id[49];
    /* GetUser */
    char partition[33];
    char account[13];
    char path[513];
    int64_t last_used; /* PasswordLastUsed, seconds; 0: never */
    bool has_tag;
    char tag_value[257];
    /* login profile */
    int64_t created; /* CreateDate, seconds */
    bool reset_required;
    /* password policy */
    struct policy policy;
    bool may_change; /* users may change their own password */
    /* whose keys; `account`, too */
    char arn[ASK_ARN_MAX];
    char provider[17];
    char endpoint_url[257]; /* IAM's */
    int64_t expires;        /* seconds; 0: they do not */
    /* simulation: a letter for each action (wire/wire.h) */
    char decisions[17];
};

/* Milliseconds that the next question may take; 0: the time is up. */
int ask_left(const struct ask *a);

/* Each asks one question, starting iamlp-net (with files that root reads and
 * trusts) when it is not running, and fills the answer whatever happens. */
void ask_user(struct ask *a, const char *iam_user, const char *tag_key, struct ask_answer *r);
void ask_login_profile(struct ask *a, const char *iam_user, struct ask_answer *r);
void ask_create(struct ask *a, const char *iam_user, const struct secret *password,
                struct ask_answer *r);
void ask_update(struct ask *a, const char *iam_user, const struct secret *password,
                struct ask_answer *r);
void ask_policy(struct ask *a, struct ask_answer *r);
void ask_caller(struct ask *a, struct ask_answer *r);

/* A request that is only imagined. */
struct ask_imagined {
    const char *arn;      /* of the user or role that makes it */
    const char *actions;  /* "iam:GetUser,..." */
    const char *resource; /* ARN */
    const char *tag_key;  /* of the resource; NULL: none */
    const char *tag_value;
    bool without_mfa;
};

/* Which of its actions would be allowed? A right to ask this is not needed for anything else. */
void ask_simulate(struct ask *a, const struct ask_imagined *i, struct ask_answer *r);

/* Set one tag of the user, in at most `ms`. Whether AWS could be reached for it is not
 * what `reached` tells of. */
void ask_tag(struct ask *a, const char *iam_user, const char *key, const char *value, int ms,
             struct ask_answer *r);

/* The server's clock now, in seconds: its last Date plus what has passed since;
 * this host's clock until a Date has been heard. */
int64_t ask_server_now(const struct ask *a);

/* End iamlp-net. */
void ask_close(struct ask *a);

#endif
