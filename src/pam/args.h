/*
 * args: what stands behind pam_iamlp.so in a line of /etc/pam.d.
 *
 * ARGS-1  A mistake there MUST NOT refuse a login: what is unknown or cannot be used is
 *         named, and ignored.
 *
 *     conf=PATH state=PATH run=PATH helper=PATH   absolute
 *     services=NAME,...                           of the account and session stack
 *     password_services=NAME,...                  of the password stack
 *     timeout=SECONDS                             1 to 60
 *     debug                                       a line in the log for each decision
 */
#ifndef IAMLP_PAM_ARGS_H
#define IAMLP_PAM_ARGS_H

#include <stdbool.h>

#include "base/err.h"

#define ARGS_CONF   IAMLP_SYSCONFDIR "/iamlp/iamlp.conf"
#define ARGS_HELPER IAMLP_LIBEXECDIR "/iamlp-helper"

enum {
    ARGS_TIMEOUT_S = 5,
    ARGS_TIMEOUT_MAX_S = 60,
    ARGS_PATH_MAX = 1024 /* bytes with the final NUL */
};

struct args {
    const char *conf;
    const char *state;
    const char *run;
    const char *helper;
    const char *services;
    const char *password_services;
    int timeout_s;
    bool debug;
};

/* Fill a with the defaults and then with argv[0..argc), the last one of a kind winning.
 * The strings stay argv's. -1 (ERR_CONFIG): some were ignored; the sentence names the
 * first, and a holds all others. */
int args_parse(int argc, const char **argv, struct args *a, struct err *e);

#endif
