/*
 * before: the module that stands ahead of ours in a password stack and has set the new
 * password, as pam_unix does, but in both rounds, so that ours has to tell them apart by
 * the flag. An application cannot set PAM_AUTHTOK itself.
 *
 *     password required before.so [authtok=PASSWORD]
 */
#include <security/pam_modules.h>
#include <string.h>

int pam_sm_chauthtok(pam_handle_t *pamh, int flags, int argc, const char **argv);

int
pam_sm_chauthtok(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
    static const char key[] = "authtok=";

    (void)flags;
    for (int i = 0; i < argc; i++)
        if (strncmp(argv[i], key, sizeof(key) - 1) == 0)
            return pam_set_item(pamh, PAM_AUTHTOK, argv[i] + sizeof(key) - 1);
    return PAM_SUCCESS;
}
