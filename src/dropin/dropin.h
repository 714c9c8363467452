/*
 * dropin: the commands that stand in for `aws iam`: create-login-profile and its siblings,
 * with the AWS CLI's options, standard output and exit statuses (FACTS: 2.9.19).
 *
 * DROPIN-1  Words and environment are taken away from the process before anything else is
 *           done: ps(1) does not show a password for longer than that takes.
 * DROPIN-2  No secret is printed, whatever --debug or an error says; a generated password
 *           is shown on the terminal alone.
 * DROPIN-3  It works with the rights of whoever typed it, and with nothing of iamlp's own:
 *           neither iamlp.conf nor what this host remembers is read.
 */
#ifndef IAMLP_DROPIN_DROPIN_H
#define IAMLP_DROPIN_DROPIN_H

enum dropin_exit {
    DROPIN_OK = 0,
    DROPIN_STOPPED = 130,
    DROPIN_USAGE = 252,
    DROPIN_CREDENTIALS = 253,
    DROPIN_REFUSED = 254, /* AWS said no */
    DROPIN_OTHER = 255
};

/* The words behind `aws iam`; they are wiped. Returns an exit status. */
int dropin_run(int argc, char **argv);

#endif
