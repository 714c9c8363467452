/*
 * rights: whether the host may do what it has to, and no more; and whether a fresh user can
 * finish the first sign-in. AWS itself simulates both, where the host may ask it to.
 */
#ifndef IAMLP_CORE_RIGHTS_H
#define IAMLP_CORE_RIGHTS_H

#include "core/ask.h"
#include "core/client.h"

/* An account that is being looked at. */
struct rights {
    struct client *client;
    const char *section; /* for findings; NULL: there is one account only */
    struct ask *ask;
    char caller[ASK_ARN_MAX]; /* ARN of the host's keys; "": not known */
    char user[ASK_ARN_MAX];   /* ARN of an IAM user who is mapped; "": none is known */
    bool policy_known;        /* may_change is what the account's policy says */
    bool may_change;
};

/* What the host may do to that user. */
void rights_of_host(struct rights *r);

/* Could that user change the password at the first sign-in? Nobody has MFA by then. */
void rights_of_user(struct rights *r);

#endif
