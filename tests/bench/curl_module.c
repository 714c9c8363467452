/* A PAM module that only links libcurl, as one would that talked to AWS itself. */
#include <curl/curl.h>
#include <security/pam_modules.h>

int
pam_sm_open_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
    (void)pamh, (void)flags, (void)argv;
    return argc >= 0 ? PAM_IGNORE : (int)curl_global_init(CURL_GLOBAL_DEFAULT);
}

int
pam_sm_close_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
    (void)pamh, (void)flags, (void)argc, (void)argv;
    return PAM_IGNORE;
}
