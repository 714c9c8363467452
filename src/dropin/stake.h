/*
 * stake: a password that may be in force already, and that nobody has seen yet.
 *
 * STAKE-1  From before the call that sets it until it has been shown, SIGINT, SIGTERM and
 *          SIGHUP show it before they do what they would have done: else it is lost.
 */
#ifndef IAMLP_DROPIN_STAKE_H
#define IAMLP_DROPIN_STAKE_H

#include <stdbool.h>

#include "base/secret.h"

/* Show it on the terminal `fd`; `sure`: it is known to have been set. -1 and errno. */
int stake_show(int fd, const struct secret *password, bool sure);

/* STAKE-1; one at a time. Neither is owned, both have to be there until stake_end. */
void stake_begin(int fd, const struct secret *password);

/* It has been shown, or is known not to have been set: the signals are as they were. Nothing
 * to do where none was begun. */
void stake_end(void);

#endif
