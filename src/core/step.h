/*
 * step: what the steps of a story share. Private to core.
 */
#ifndef IAMLP_CORE_STEP_H
#define IAMLP_CORE_STEP_H

#include <stdbool.h>

#include "conf/map.h"
#include "core/ask.h"
#include "core/person.h"
#include "core/story.h"
#include "state/record.h"

/* Does the story go on with the record's new phase, or has it ended? */
enum step {
    STEP_ON,
    STEP_END
};

/* By whom a story was begun: `via=` in the log. */
enum step_way {
    STEP_CLAIM,
    STEP_LOGIN,
    STEP_OPERATOR,
    STEP_PASSWD,
    STEP_BULK,
    STEP_PLAN /* nothing is written, logged, made or put to anybody */
};

struct story {
    const struct story_world *w;
    enum step_way way;
    const struct story_login *login;    /* of hooks, else NULL */
    int lock;                           /* -1: not held */
    const struct conf_account *account; /* of this try: mapped, or recorded */
    struct person person;
    struct map_result map;
    struct record record;
    struct ask ask;
    struct ask_answer answer; /* the last one */
    struct secret *password;  /* of this try; NULL: not made, or not fetched yet */
    bool consented;
    bool loaded;      /* the record is this user's, read under the lock */
    bool recorded;    /* a login on this host had made it */
    bool automatic;   /* `iamlp claim --auto` */
    bool quiet;       /* the last word is only for those who asked */
    int choices;      /* passwords the person has been asked for */
    bool fitted;      /* the password was made after the account's own policy */
    bool unseen;      /* whether they could change it must not be asked */
    bool recovered;   /* one recovery a story: what is still unclear waits */
    int64_t begun;    /* of the monotonic clock */
    int64_t deadline; /* for AWS, on the same clock; INT64_MAX: none */
    enum outcome outcome;
    char text[512]; /* the last word to the person */
    char code[41];  /* why, in the words of the log; "" where there is nothing to add */
};

/* End with this outcome and last word. Returns STEP_END. */
enum step step_end(struct story *s, enum outcome o, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* As step_end, with a last word that nobody has to be told who did not ask. */
enum step step_end_quietly(struct story *s, enum outcome o, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Enter a phase and write the record durably. STEP_END: it could not be, and the story has ended
 * (error); the record on the disk is as store_write leaves it. */
enum step step_enter(struct story *s, enum record_phase phase);

/* End with a failure that may pass: `failed` (intent, created and lost stay) with the
 * next not_before, and a log line for the administrator. */
enum step step_fail(struct story *s, const char *event, enum outcome o, const char *code,
                    const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* step_fail for what AWS or iamlp-net answered to `action`. */
enum step step_fail_answer(struct story *s, const char *event, const char *action);

/* One log line about this story. code and msg may be NULL. */
void step_log(const struct story *s, const char *event, enum outcome o, const char *code,
              const char *msg);

/* A line for a call that acts and whose answer did not come. */
void step_log_unanswered(const struct story *s, const char *action);

/* Final: `done` for that reason, durable, then the hold is dropped. STEP_END: as step_enter;
 * where only the sync failed the hold is dropped all the same, since no record names it. */
enum step step_done(struct story *s, enum record_how how);

/* The `how=` of a password that was shown in a story begun this way. */
enum record_how step_how(const struct story *s);

/* Fetch the password of this try from its hold, unless it is at hand. STEP_ON: s->password, or
 * NULL where it was never held or is gone. STEP_END: the keyring cannot say, `event` has failed. */
enum step step_fetch_hold(struct story *s, const char *event);

/* Wipe the password, drop its hold, and forget the hold's nonce. */
void step_drop_hold(struct story *s);

#endif
