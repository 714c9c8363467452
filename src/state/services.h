/*
 * services: whose logins are served where a line of /etc/pam.d does not say, known to the
 * module that acts and to the verbs that write and judge its line.
 */
#ifndef IAMLP_STATE_SERVICES_H
#define IAMLP_STATE_SERVICES_H

#include <stdbool.h>

#define SERVICES_LOGIN    "sshd,login,gdm-password" /* account and session stack */
#define SERVICES_PASSWORD "passwd"                  /* password stack */

/* Does the comma-separated list hold the name, letter for letter? None holds "". */
bool services_hold(const char *list, const char *name);

#endif
