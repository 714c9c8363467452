/*
 * listen: claims without systemd: `iamlp-helper --listen PATH`.
 */
#ifndef IAMLP_HELPER_LISTEN_H
#define IAMLP_HELPER_LISTEN_H

#include "base/err.h"

#define LISTEN_PROCESSES 16 /* claims at once, as MaxConnections of the socket unit */

/* Bind PATH (0666, in a folder that fdio trusts; an old socket is replaced), and for
 * each connection fork a process in which the socket is descriptor 0 and which exits
 * with serve()'s result. Ends on SIGTERM or SIGINT: the socket is removed, claims that
 * are under way go on. Returns 0 then; -1: ERR_TRUST, ERR_SYSTEM. Processes beyond the
 * limit are refused by closing. */
int listen_serve(const char *path, int (*serve)(void *arg), void *arg, struct err *e);

#endif
