/*
 * hook: what the entry points do, which always answer PAM_IGNORE.
 *
 * HOOK-1  A hook MUST NOT refuse, delay beyond its deadline, or authorise anything.
 * HOOK-2  In the account and the session stack it MUST NOT say or ask anything: what is
 *         said there lands in the data of scp, git and `ssh -T`, and Debian's cron has no
 *         conversation to say it with.
 * HOOK-3  It looks no further with PAM_SILENT, for a service that is not listed, for a
 *         PAM_RUSER that is set, not empty and not PAM_USER, and without an effective uid
 *         of 0; and nothing is done without a state directory. PAM_SILENT asks for no
 *         messages, and may come with a person's own login (login, with ~/.hushlogin) as with
 *         sudo's and cron's sessions: whoever says it is not asked for more.
 * HOOK-4  In the password stack it acts only in the second round (PAM_UPDATE_AUTHTOK) and
 *         only where the real uid is the user's own. The password is taken, never asked
 *         for, and every copy made of it is wiped; PAM_AUTHTOK itself is libpam's.
 */
#ifndef IAMLP_PAM_HOOK_H
#define IAMLP_PAM_HOOK_H

#include <security/pam_modules.h>

/* The account and the session stack. */
void hook_login(pam_handle_t *pamh, int flags, int argc, const char **argv);

/* The password stack. */
void hook_password(pam_handle_t *pamh, int flags, int argc, const char **argv);

/* The auth stack, where nothing of ours belongs: one line in the log a try, in whatever
 * service, since it does no good in any. */
void hook_wrong_stack(pam_handle_t *pamh);

#endif
