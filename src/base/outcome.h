/*
 * outcome: how a story ended, in the words of the log's `result=`.
 *
 * The names are a contract: dashboards and alert rules match them.
 */
#ifndef IAMLP_BASE_OUTCOME_H
#define IAMLP_BASE_OUTCOME_H

enum outcome {
    OUTCOME_OK = 0,
    OUTCOME_EXISTS,     /* IAM already has a login profile that is not ours */
    OUTCOME_REMOVED,    /* console access was taken away on purpose */
    OUTCOME_PENDING,    /* served; nothing created yet */
    OUTCOME_LATER,      /* the person said later */
    OUTCOME_UNMAPPED,   /* the configuration does not serve this user */
    OUTCOME_DENIED,     /* AWS or the host refused */
    OUTCOME_POLICY,     /* no password satisfies the account's policy */
    OUTCOME_NOSUCHUSER, /* IAM has no such user */
    OUTCOME_THROTTLED,
    OUTCOME_TIMEOUT,
    OUTCOME_LOST, /* a password was created by us and can no longer be shown */
    OUTCOME_ERROR,
};

/* "ok", "exists", ...; never NULL. */
const char *outcome_name(enum outcome o);

/* The syslog priority: LOG_INFO for ok, LOG_NOTICE where nothing was done and
 * nothing is wrong, LOG_ERR where an administrator has something to mend. */
int outcome_priority(enum outcome o);

#endif
