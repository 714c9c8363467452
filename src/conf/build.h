/*
 * build: from scanned lines to struct conf.
 *
 * BUILD-1  Sections, keys and values MUST each be valid alone (option.h), and
 *          together: an account that is named exists, a rule makes an IAM user
 *          and its template fits its match, no two lines of [users] give one IAM
 *          user, a role belongs to its account, the way to credentials has what it
 *          needs, and create = login can hold what it makes.
 */
#ifndef IAMLP_CONF_BUILD_H
#define IAMLP_CONF_BUILD_H

#include "base/err.h"
#include "conf/conf.h"
#include "conf/scan.h"

/* Fill the zeroed *c. -1: ERR_CONFIG with "PATH:LINE: what is wrong; how to mend
 * it", or ERR_MEMORY; what has been filled is for conf_free to release. */
int build_conf(struct conf *c, const struct scan *s, struct err *e);

#endif
