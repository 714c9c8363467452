/*
 * cross: what no line can get wrong alone.
 *
 * Each function returns -1 with ERR_CONFIG and "PATH:LINE: what is wrong; how to
 * mend it", or ERR_MEMORY.
 */
#ifndef IAMLP_CONF_CROSS_H
#define IAMLP_CONF_CROSS_H

#include "base/err.h"
#include "conf/conf.h"
#include "conf/scan.h"

/* The rule made from that section names an IAM user by a template that fits its
 * match, in an account that exists. */
int cross_rule(const struct conf *c, const struct scan *s, const struct scan_section *in,
               const struct conf_rule *rule, struct err *e);

/* An account without an id has the one of its role, so that an answer from another is
 * refused there, too. -1: ERR_MEMORY. */
int cross_ids(struct conf *c, struct err *e);

/* Every account in [users] exists, and no IAM user is given to two local users:
 * the second would find the first one's password made. IAM's user names are
 * unique without regard to case. */
int cross_users(const struct conf *c, const struct scan *s, struct err *e);

/* A role is one of its account's id, and what is only for roles goes with one. */
int cross_roles(const struct conf *c, const struct scan *s, struct err *e);

/* The provider that `credentials` chooses has what it needs, what STS does not take with a
 * token is not asked for (conf_by_token), and no key stands there that means nothing
 * without another. */
int cross_credentials(const struct conf *c, const struct scan *s, struct err *e);

/* create = login goes with a generated password that is held until it is claimed. */
int cross_create(const struct conf *c, const struct scan *s, struct err *e);

#endif
