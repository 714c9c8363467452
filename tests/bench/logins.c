/*
 * logins CONFDIR SERVICE USER COUNT: that many PAM transactions (account, open and close
 * session) as a login program makes them, one after the other in one process. Prints the
 * user and system CPU seconds they took.
 */
#include <pwd.h>
#include <security/pam_appl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

static int
silent(int count, const struct pam_message **messages, struct pam_response **answers, void *arg)
{
    (void)count, (void)messages, (void)answers, (void)arg;
    return PAM_CONV_ERR;
}

static double
cpu(void)
{
    struct rusage self;

    (void)getrusage(RUSAGE_SELF, &self);
    return (double)(self.ru_utime.tv_sec + self.ru_stime.tv_sec) +
           (double)(self.ru_utime.tv_usec + self.ru_stime.tv_usec) / 1e6;
}

static int
login(const char *folder, const char *service, const char *user)
{
    const struct pam_conv conv = {silent, NULL};
    pam_handle_t *pamh = NULL;
    int rc = pam_start_confdir(service, user, &conv, folder, &pamh);

    if (rc == PAM_SUCCESS)
        rc = pam_set_item(pamh, PAM_RHOST, "192.0.2.7");
    if (rc == PAM_SUCCESS)
        rc = pam_acct_mgmt(pamh, 0);
    if (rc == PAM_SUCCESS)
        rc = pam_open_session(pamh, 0);
    if (rc == PAM_SUCCESS)
        rc = pam_close_session(pamh, 0);
    (void)pam_end(pamh, rc);
    return rc;
}

int
main(int argc, char **argv)
{
    double begun;

    /* Every login program looks the user up before it asks PAM. */
    if (argc != 5 || getpwnam(argv[3]) == NULL)
        return 2;
    /* What only the first one pays for (nsswitch, the linker) is not the question of many. */
    for (long i = strtol(argv[4], NULL, 10); i > 1; i /= 10)
        if (login(argv[1], argv[2], argv[3]) != PAM_SUCCESS)
            return 1;
    begun = cpu();
    for (long i = strtol(argv[4], NULL, 10); i > 0; i--)
        if (login(argv[1], argv[2], argv[3]) != PAM_SUCCESS)
            return 1;
    (void)printf("%.6f\n", cpu() - begun);
    return 0;
}
