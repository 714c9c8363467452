/*
 * listen: claims without systemd: `iamlp-helper --listen PATH`.
 *
 * LISTEN-1  Each connection MUST be served in a process of its own, so that nothing one
 *           person does or leaves behind reaches the next.
 * LISTEN-2  Nobody who connects may end it, make it spin or make it wait: connections
 *           beyond the limit are closed at once, and where the system is out of
 *           descriptors or memory it tries again a little later.
 */
#ifndef IAMLP_HELPER_LISTEN_H
#define IAMLP_HELPER_LISTEN_H

#include "base/err.h"

#define LISTEN_PROCESSES 16 /* claims at once, as MaxConnections of the socket unit */

/* Bind PATH (0666, in a folder that fdio trusts; an old socket is replaced, anything
 * else is left alone), and for each connection fork a process in which the socket is
 * descriptor 0, signals are as the caller had them, no terminal is near and no descriptor
 * of the listener is open; it exits with serve()'s result. Ends on SIGTERM or SIGINT: the
 * socket is removed, unless it has been replaced; claims that are under way go on.
 * Returns 0 then; -1: ERR_TRUST, ERR_LIMIT (the path), ERR_SYSTEM. Descriptor 0 is open,
 * as proc_begin leaves it. */
int listen_serve(const char *path, int (*serve)(void *arg), void *arg, struct err *e);

#endif
