/*
 * dropin: the commands that stand in for `aws iam`: create-login-profile and its siblings,
 * with the options, the standard output and the exit statuses of the AWS CLI 2.9.19.
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
    DROPIN_STOPPED = 130,     /* by Ctrl-C */
    DROPIN_USAGE = 252,       /* the command line is wrong */
    DROPIN_CREDENTIALS = 253, /* there are none, or no region */
    DROPIN_REFUSED = 254,     /* AWS said no */
    DROPIN_OTHER = 255
};

/* Do what the words ask for that would stand behind `aws iam`; they are wiped. Returns an exit
 * status, with everything said. */
int dropin_run(int argc, char **argv);

#endif
