/*
 * log: one line an event to syslog, LOG_AUTHPRIV, ident pam_iamlp.
 *
 * The grammar, on which queries and alert rules rely:
 *
 *   line  = pair *(" " pair)         keys in the order of struct log_event
 *   pair  = key "=" value
 *   value = "-"                      nothing to say
 *         / 1*bare                   printable ASCII but space, quote, backslash
 *         / quote *(bare / space / escaped) quote
 *   escaped = \" / \\ / \xHH         \xHH for every other byte
 *
 * All keys are always there but `msg`, which stands last and only where there is
 * a sentence for an administrator.
 */
#ifndef IAMLP_BASE_LOG_H
#define IAMLP_BASE_LOG_H

#include "base/buf.h"
#include "base/outcome.h"

#define LOG_LINE_MAX 2048 /* bytes; the sentence is cut where a line would be longer */

struct log_event {
    /* mark create show accept recover reissue claim reset forget config breaker */
    const char *event;
    enum outcome result;
    const char *user;     /* local user */
    const char *iam_user; /* NULL in any of these: "-" */
    const char *account;
    const char *service;
    const char *rhost;
    const char *via;  /* claim, login, operator, bulk, passwd */
    const char *code; /* AWS's error code or one of ours */
    const char *request_id;
    unsigned tries; /* creates sent for this password; 0: "-" */
    long ms;        /* how long it took; negative: "-" */
    const char *msg;
};

/* Open the connection to syslog once, at the start of a program. */
void log_open(void);

/* Write one event with the priority of its result; a claim that is refused is a notice. */
void log_write(const struct log_event *ev);

/* Compose the line without writing it. Each value has a ceiling of its own and
 * loses its end there, so that the line always keeps to the grammar. */
void log_format(const struct log_event *ev, struct buf *line);

#endif
