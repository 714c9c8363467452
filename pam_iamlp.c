/*
 * pam_iamlp.so: the entry points. What they do is in src/pam/hook.h; what they answer is
 * always PAM_IGNORE, so that no fault of ours can refuse a login or let one in.
 */
#include <security/pam_modules.h>

#include "pam/hook.h"

int
pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
    (void)flags, (void)argc, (void)argv;
    hook_wrong_stack(pamh);
    return PAM_IGNORE;
}

int
pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
    (void)pamh, (void)flags, (void)argc, (void)argv;
    return PAM_IGNORE;
}

int
pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
    hook_login(pamh, flags, argc, argv);
    return PAM_IGNORE;
}

int
pam_sm_open_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
    hook_login(pamh, flags, argc, argv);
    return PAM_IGNORE;
}

int
pam_sm_close_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
    (void)pamh, (void)flags, (void)argc, (void)argv;
    return PAM_IGNORE;
}

int
pam_sm_chauthtok(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
    hook_password(pamh, flags, argc, argv);
    return PAM_IGNORE;
}
