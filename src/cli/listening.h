/*
 * listening: does somebody wait for connections at a path? Found without connecting, since
 * whoever connects to the claim socket is a claim.
 *
 * The kernel's list of sockets (sock_diag(7)) says which file each one is, whatever name it was
 * bound by: iamlp-helper renames its own. Where the kernel lacks that list, or an overlay
 * (a container's root) numbers files otherwise than it tells, the names that systemd and
 * iamlp-helper bind have to do.
 */
#ifndef IAMLP_CLI_LISTENING_H
#define IAMLP_CLI_LISTENING_H

#include <stdbool.h>

/* false also where that cannot be found out. */
bool listening_at(const char *path);

#endif
