/*
 * before: the module that stands ahead of ours in a password stack and has set the new
 * password, as pam_unix does. An application cannot set PAM_AUTHTOK itself.
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

    for (int i = 0; i < argc && (flags & PAM_UPDATE_AUTHTOK) != 0; i++)
        if (strncmp(argv[i], key, sizeof(key) - 1) == 0)
            return pam_set_item(pamh, PAM_AUTHTOK, argv[i] + sizeof(key) - 1);
    return PAM_SUCCESS;
}
