/*
 * listen: a process for each claim: `iamlp-helper --listen PATH`, or `--listen -` where
 * systemd has bound the socket.
 *
 * LISTEN-1  Each connection MUST be served in a process of its own, so that nothing one
 *           person does or leaves behind reaches the next.
 * LISTEN-2  Nobody who connects may end it, make it spin or keep others out: connections
 *           beyond the limits, of all and of one user, are closed at once, and where the
 *           system is out of descriptors or memory it tries again a little later.
 * LISTEN-3  Connections MUST NOT be taken by the init system instead: whoever floods a
 *           socket that systemd accepts on keeps PID 1 from starting sessions, so that
 *           others wait 25 s to log in (measured).
 */
#ifndef IAMLP_HELPER_LISTEN_H
#define IAMLP_HELPER_LISTEN_H

#include "base/err.h"

#define LISTEN_PROCESSES 16    /* claims at once */
#define LISTEN_PER_USER  2     /* one under way, and one to be told so */
#define LISTEN_IDLE_MS   60000 /* for --listen - */

/* Serve PATH: bind it (0666, in a folder that fdio trusts; an old socket is replaced,
 * anything else is left alone), and for each connection fork a process in which the
 * socket is descriptor 0, signals are as the caller had them, no terminal is near and no
 * descriptor of the listener is open; it exits with serve()'s result. Ends on SIGTERM or
 * SIGINT: the socket is removed, unless it has been replaced; claims that are under way
 * go on.
 *
 * PATH "-": descriptor 0 is the socket, which listens already and is not removed. Then it
 * also ends by itself after idle_ms without a connection or a claim: who owns the socket
 * starts it again for the next one.
 *
 * Returns 0 at its end; -1: ERR_TRUST, ERR_LIMIT (the path), ERR_SYSTEM. Descriptor 0 is
 * open, as proc_begin leaves it. */
int listen_serve(const char *path, int idle_ms, int (*serve)(void *arg), void *arg, struct err *e);

#endif
