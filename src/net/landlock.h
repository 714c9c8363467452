/*
 * landlock: the half of the sandbox that knows files by name (sandbox.h, SANDBOX-1).
 */
#ifndef IAMLP_NET_LANDLOCK_H
#define IAMLP_NET_LANDLOCK_H

#include "base/err.h"

/* Give up all files but those that resolving a name and verifying a certificate need,
 * waiting for TCP calls, and where the kernel knows how, abstract sockets and signals
 * to others. Wants no_new_privs. Without Landlock in this kernel nothing happens.
 * -1: ERR_SYSTEM; nothing has been given up. */
int landlock_enter(struct err *e);

/* Landlock's ABI version in this kernel; 0: it is not there. */
int landlock_version(void);

#endif
