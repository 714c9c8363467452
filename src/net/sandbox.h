/*
 * sandbox: what iamlp-net can still do when whoever answers it has taken it over.
 *
 * It reads what strangers send, so it is built to be lost: entered before the first
 * byte of a request is read, and never left.
 *
 * SANDBOX-1  No file MUST be opened but those that resolving a name and verifying a
 *            certificate need, and none for writing. (Landlock; seccomp alone still
 *            refuses to open for writing.)
 * SANDBOX-2  No process MUST be made, replaced, signalled, traced or read, and no key
 *            of the kernel's touched. Threads may be made: libcurl resolves in one.
 * SANDBOX-3  Sockets MUST be TCP or UDP over IP, and never wait to be called. Sockets
 *            with a path are refused: behind them are claim.sock, D-Bus, syslog and
 *            nscd. Names thus come from files and DNS; of the modules in nsswitch.conf
 *            those that ask a daemon count as unavailable, and the next one is asked.
 * SANDBOX-4  No memory MUST be writable and executable, nor become executable later.
 * SANDBOX-5  An unknown system call MUST fail with ENOSYS, because a newer libc tries
 *            and falls back (so clone3, whose flags cannot be seen, becomes clone). One
 *            that only an intruder would make MUST end the process: the kernel's audit
 *            log then says so.
 * SANDBOX-6  What this kernel does not have is left out: the user of its own, its
 *            limits and no_new_privs stay, and a person still gets a password. What it
 *            has and refuses MUST end iamlp-net before it has read a request.
 *
 * Not kept from it: the network (whatever this host can reach over IP), the existence,
 * size and times of files in folders that anybody may search, and the answers it gives
 * (core/ask.h bounds those).
 */
#ifndef IAMLP_NET_SANDBOX_H
#define IAMLP_NET_SANDBOX_H

#include "base/err.h"

/* Enter it: for a process of one thread, after base/proc.h. -1: ERR_SYSTEM,
 * ERR_MEMORY; what had been set up by then stays. Does nothing in the sanitizers'
 * build: their runtime reads /proc, traces threads and forks at exit. */
int sandbox_enter(struct err *e);

#endif
