/*
 * err: what went wrong, in one sentence, filled where it is first seen.
 *
 * A function that can fail takes a `struct err *` as its last argument, returns
 * -1 (or NULL) and leaves here a code to act on and a sentence for a person. The
 * sentence names the file, the line or the address, and the mend; it never
 * holds a secret. Only the edge (main, a log line, a PAM code) turns it into an
 * exit status, a priority or a return code.
 *
 * It quotes files, answers and arguments as they are, so whatever is written into it goes
 * through text_clean (base/text.h): every edge may print it.
 *
 * The first fault wins: a caller that wants to add context uses err_wrap().
 */
#ifndef IAMLP_BASE_ERR_H
#define IAMLP_BASE_ERR_H

#include <stddef.h>

#define ERR_MSG_MAX 384 /* bytes with the final NUL; longer sentences are cut */

enum err_code {
    ERR_OK = 0,
    ERR_MEMORY,  /* an allocation failed */
    ERR_SYSTEM,  /* a system call failed; the sentence ends in the text of errno */
    ERR_ABSENT,  /* the thing asked for does not exist */
    ERR_TRUST,   /* a file, a peer or a certificate that must not be believed */
    ERR_FORMAT,  /* input that does not parse */
    ERR_LIMIT,   /* input or output beyond its ceiling */
    ERR_CONFIG,  /* the configuration is wrong: an administrator has to mend it */
    ERR_BUSY,    /* somebody else holds the lock, or a server asks to come back later */
    ERR_TIMEOUT, /* the deadline passed */
    ERR_NETWORK, /* no answer, or none that can be understood */
    ERR_DENIED,  /* credentials missing, refused or without the right */
};

struct err {
    enum err_code code;
    char msg[ERR_MSG_MAX];
};

/* A cleared error, for initialising locals. */
#define ERR_INIT                                                                                   \
    {                                                                                              \
        ERR_OK, ""                                                                                 \
    }

/* Set code and sentence. Returns -1, so that `return err_set(...)` reads well.
 * `e` may be NULL: the caller does not care why. */
int err_set(struct err *e, enum err_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* As err_set with ERR_SYSTEM, or ERR_ABSENT where errno is ENOENT, ERR_MEMORY
 * where it is ENOMEM; appends ": " and the text of errno. Keeps errno. */
int err_sys(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Put "context: " in front of the sentence; the code stays. Returns -1. */
int err_wrap(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Forget: code ERR_OK, empty sentence. */
void err_clear(struct err *e);

#endif
