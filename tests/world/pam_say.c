/*
 * pam_say: says its arguments by PAM_TEXT_INFO and returns PAM_IGNORE, in the account and in
 * the session stack: what a module that speaks would look like.
 */
#include <stddef.h>

#include <security/pam_ext.h>
#include <security/pam_modules.h>

static int
say(pam_handle_t *pamh, int argc, const char **argv)
{
    for (int i = 0; i < argc; i++)
        pam_info(pamh, "%s", argv[i]);
    return PAM_IGNORE;
}

int
pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
    (void)flags;
    return say(pamh, argc, argv);
}

int
pam_sm_open_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
    (void)flags;
    return say(pamh, argc, argv);
}

int
pam_sm_close_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
    (void)pamh, (void)flags, (void)argc, (void)argv;
    return PAM_IGNORE;
}
