/*
 * deliver: a password that goes to a program instead of a screen.
 *
 * DELIVER-1  It is on the program's standard input and nowhere else, followed by a newline.
 */
#ifndef IAMLP_CLI_DELIVER_H
#define IAMLP_CLI_DELIVER_H

#include "base/err.h"
#include "base/secret.h"

/* Run the command by /bin/sh with that environment. -1: ERR_SYSTEM, the command failed. */
int deliver_to(const char *command, char *const *environment, const struct secret *password,
               struct err *e);

#endif
