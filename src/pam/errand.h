/*
 * errand: one start of iamlp-helper, and what comes of it.
 *
 * ERRAND-1  The helper is started only where it and each folder on the way to it are root's
 *           and nobody else's to write (base/fdio.h): it runs as root for whoever logs in.
 * ERRAND-2  The frame is in the socket before the helper is there: no copy of the password
 *           is in the memory that is cloned for it.
 */
#ifndef IAMLP_PAM_ERRAND_H
#define IAMLP_PAM_ERRAND_H

#include <security/pam_modules.h>
#include <stdint.h>

#include "base/err.h"
#include "base/outcome.h"
#include "pam/args.h"

/* What the helper is told; the strings are the caller's. */
struct errand {
    const struct args *args;
    const char *verb;
    const char *user;
    const char *service;
    const char *rhost;    /* NULL: the host did not say */
    const char *password; /* NULL: none */
    int64_t begun;        /* on the monotonic clock; args->timeout_s counts from here */
};

struct errand_end {
    int status;                  /* the helper's exit status, 0 or 1 */
    enum outcome outcome;        /* of what is said in text */
    char text[PAM_MAX_MSG_SIZE]; /* for the person, fit for a terminal; "": nothing */
};

/* Run it until the helper has ended, at most a quarter of a second beyond its own deadline.
 * What it has to say is waited for only where there is a password. -1: ERR_TIMEOUT, it was
 * killed; others, it was not started, or ended as none of ours does. */
int errand_run(const struct errand *it, struct errand_end *end, struct err *e);

#endif
