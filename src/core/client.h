/*
 * client: the person at the other end of channel 1 (wire/wire.h).
 */
#ifndef IAMLP_CORE_CLIENT_H
#define IAMLP_CORE_CLIENT_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/outcome.h"
#include "base/secret.h"
#include "wire/wire.h"

#define CLIENT_PERSON_MS (5 * 60 * 1000) /* how long a person may think */
#define CLIENT_FIRST_MS  (10 * 1000)     /* how long a claim may take to say so */
#define CLIENT_SEND_MS   (10 * 1000)     /* how long a client may take to read */

struct client {
    int fd;
    const struct clock *clock;
};

/* Wait for CLAIM, at most CLIENT_FIRST_MS. -1: it did not come. */
int client_claim(struct client *c, bool *automatic, struct err *e);

/* Tell the client what it is to do. `text` may be NULL. */
int client_greet(struct client *c, enum wire_mode mode, const char *text, struct err *e);

/* One fact of `iamlp explain`. A client that is gone shows at the end. */
void client_fact(struct client *c, const char *name, const char *text);

/* One finding of `iamlp check`: "what is", or "what is wrong; how to mend it". `account`: the
 * section it is about, or NULL. As client_fact. */
void client_finding(struct client *c, enum wire_level level, const char *area, const char *account,
                    const char *text);

/* Put the plan to the person and wait for the answer. -1: the client went away,
 * said something else, or the time is up. */
int client_ask(struct client *c, const char *user, const char *iam_user, const char *account,
               const char *text, enum wire_choice *choice, struct err *e);

/* To which account an operator's credentials belong; "" where the client did not say. */
struct client_place {
    char partition[32];
    char account[13];
};

/* As client_ask, put to the operator of `iamlp reset`, whose program says `where`. */
int client_ask_operator(struct client *c, const char *user, const char *iam_user,
                        const char *account, const char *text, enum wire_choice *choice,
                        struct client_place *where, struct err *e);

/* Tell the operator to go on, and wait for what came of it: yes, no (nothing was changed) or
 * later (nobody is known to have the password). -1: as client_ask. */
int client_let(struct client *c, const char *signin_url, enum wire_choice *choice, struct err *e);

/* Have the person choose a password; `why` says what was wrong with the last one, or is
 * NULL. NULL: as above. */
struct secret *client_choose(struct client *c, const char *why, struct err *e);

/* What client_show says. */
struct client_shown {
    const char *signin_url;
    const char *iam_user;
    const char *account;
    const struct secret *password; /* kept by the caller; NULL: the person has chosen it */
    const char *note;              /* NULL: none */
};

/* Show the password and wait until the person says that it has been seen. -1: not confirmed,
 * as above; ERR_DENIED where the client said that it could not be handed over. */
int client_show(struct client *c, const struct client_shown *what, struct err *e);

/* The last word. A client that is gone is no fault: the story is over. */
void client_end(struct client *c, enum outcome outcome, const char *text);

/* As client_end for one story of a batch; each text may be NULL. */
struct client_report {
    enum outcome outcome;
    const char *text;
    const char *iam_user;
    const char *account;
    const char *code;
    int throttled;
    bool unseen;
};
void client_report(struct client *c, const struct client_report *r);

#endif
