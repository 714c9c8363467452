/*
 * login: what a hook does at a login. Private to core.
 *
 * LOGIN-1  Nothing is asked of AWS and nothing is created here but with create = login.
 * LOGIN-2  A configuration that cannot be used is said once for each state of its
 *          file and user, not at every login.
 */
#ifndef IAMLP_CORE_LOGIN_H
#define IAMLP_CORE_LOGIN_H

#include "core/step.h"

/* With the lock held: map the user and write the record; go on with create = login. */
enum step login_mark(struct story *s);

#endif
