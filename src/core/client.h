/*
 * client: the person at the other end of channel 1 (wire/wire.h).
 */
#ifndef IAMLP_CORE_CLIENT_H
#define IAMLP_CORE_CLIENT_H

#include "base/clock.h"
#include "base/err.h"
#include "base/outcome.h"
#include "base/secret.h"
#include "wire/wire.h"

#define CLIENT_PERSON_MS (5 * 60 * 1000) /* how long a person may think */
#define CLIENT_SEND_MS   (10 * 1000)     /* how long a client may take to read */

struct client {
    int fd;
    const struct clock *clock;
};

/* One fact of `iamlp explain`. */
int client_fact(struct client *c, const char *name, const char *text, struct err *e);

/* Put the plan to the person and wait for the answer. -1: the client went away,
 * said something else, or the time is up. */
int client_ask(struct client *c, const char *user, const char *iam_user, const char *account,
               const char *text, enum wire_choice *choice, struct err *e);

/* Show the password (kept by the caller) and wait until the person says that it
 * has been seen. `note` may be NULL. -1: not confirmed, as above. */
int client_show(struct client *c, const char *signin_url, const char *iam_user,
                const struct secret *password, const char *note, struct err *e);

/* The last word. A client that is gone is no fault: the story is over. */
void client_end(struct client *c, enum outcome outcome, const char *text);

#endif
