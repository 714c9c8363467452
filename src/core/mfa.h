/*
 * mfa: could somebody change a first password, which the first sign-in demands? Nobody has MFA
 * by then, and the usual policy denies everything without it. AWS itself simulates it, where the
 * host may ask.
 */
#ifndef IAMLP_CORE_MFA_H
#define IAMLP_CORE_MFA_H

#include "core/step.h"

/* The ARN of the IAM user, of what GetUser answered. */
void mfa_name(const struct ask_answer *user, const char *iam_user, char arn[ASK_ARN_MAX]);

/* Ask what the policies of that user make of iam:ChangePassword without MFA: r->decisions is one
 * letter. */
void mfa_ask(struct ask *a, const char *arn, struct ask_answer *r);

/* Where the client wants to know: end the story of whoever could not. A host that may not ask
 * says so in the story's end, and goes on, as it does with an answer that says nothing. */
enum step mfa_check(struct story *s, const char *arn);

#endif
