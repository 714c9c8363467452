/*
 * proc: what a program of ours does first, whoever started it.
 */
#ifndef IAMLP_BASE_PROC_H
#define IAMLP_BASE_PROC_H

#include <limits.h>
#include <stdbool.h>

#include "base/err.h"

/* Start from a known state: no environment, umask 077, no inherited descriptors
 * above 2 and none of 0 to 2 closed, default signals and an empty mask but SIGPIPE
 * ignored, core size 0, not dumpable, working folder /. Call it first in main, before
 * any library has read the environment; only for programs of one thread. */
void proc_begin(void);

/* Fill what is closed of descriptors 0 to 2, so that nothing that is opened later takes the
 * place of one: reading finds the end, messages go nowhere, and what is written to standard
 * output fails (EBADF). proc_begin does this too. */
void proc_standard_fds(void);

/* Have an anonymous session keyring, in place of that of whoever started us, for this
 * process and what it starts. Where keyctl is not permitted there is no keyring to be
 * kept from either. false: errno says why. */
bool proc_own_keyring(void);

/* Leave no core and be no other process's to inspect: for a program that shows or
 * carries a password. proc_begin does this too. */
void proc_no_core(void);

/* The path of the program of this name that lies beside this one; whether it is there is not
 * looked at. -1: ERR_SYSTEM. */
int proc_beside(const char *name, char path[PATH_MAX], struct err *e);

/* Close every descriptor from `from` on, for a child that is about to execute:
 * async-signal-safe. */
void proc_close_from(int from);

#endif
