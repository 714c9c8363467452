/*
 * peer: who is at the other end of a claim's socket, and may they claim?
 *
 * PEER-1  What the client says of itself is never believed. Its uid comes from
 *         SO_PEERCRED; its process is pinned (SO_PEERPIDFD where the kernel has it,
 *         else by its folder in /proc and its uid, process.h), so that what is read is
 *         about the process that connected.
 * PEER-2  It MUST be of the user's own login session (session.h). Where the host has
 *         recorded nothing about that, only with claim_unverified = yes.
 * PEER-3  The uid MUST be in passwd, at least min_uid, and neither the overflow uid
 *         nor -1.
 *
 * This guards against mistakes (`su - alice` by an administrator), not against
 * somebody who can run code as alice.
 */
#ifndef IAMLP_HELPER_PEER_H
#define IAMLP_HELPER_PEER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/user.h"

struct peer {
    uid_t uid;
    pid_t pid;
    char name[USER_NAME_MAX]; /* canonical pw_name */
};

/* Judge the peer of the connected socket. -1: ERR_DENIED with the sentence for the
 * person (why, and what to do instead), ERR_SYSTEM. peer->uid is set whenever the
 * kernel has said it (else -1), name whenever it was found (else ""), so that a
 * refusal can be logged. */
int peer_check(int sock, uid_t min_uid, bool unverified, struct peer *peer, struct err *e);

#endif
