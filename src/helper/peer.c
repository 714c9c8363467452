#include "helper/peer.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fdio.h"
#include "base/text.h"
#include "helper/process.h"
#include "helper/session.h"

#ifndef SO_PEERPIDFD /* since Linux 6.5 */
#define SO_PEERPIDFD 77
#endif

#define OVERFLOW_UID 65534 /* the kernel's default */

enum {
    SHOWN_MAX = 64
};

static int
credentials(int sock, struct peer *peer, struct err *e)
{
    struct ucred cred = {0, (uid_t)-1, (gid_t)-1};
    socklen_t len = sizeof(cred);

    if (getsockopt(sock, SOL_SOCKET, SO_PEERCRED, &cred, &len) != 0)
        return err_sys(e, "cannot tell who is at the other end");
    peer->uid = cred.uid;
    peer->pid = cred.pid;
    return 0;
}

/* *pidfd is -1 where the kernel is older than the option. */
static int
pin(int sock, int *pidfd, struct err *e)
{
    socklen_t len = sizeof(*pidfd);

    if (getsockopt(sock, SOL_SOCKET, SO_PEERPIDFD, pidfd, &len) == 0) {
        (void)fcntl(*pidfd, F_SETFD, FD_CLOEXEC);
        return 0;
    }
    *pidfd = -1;
    if (errno == ENOPROTOOPT)
        return 0;
    if (errno == EMFILE || errno == ENFILE || errno == ENOMEM)
        return err_sys(e, "cannot hold on to the program that asked");
    return err_set(e, ERR_DENIED, "the program that asked has ended");
}

static uid_t
overflow_uid(void)
{
    char text[16] = "";
    int fd = open("/proc/sys/kernel/overflowuid", O_RDONLY | O_NOCTTY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

    fdio_close(fd);
    return n > 0 ? (uid_t)strtoul(text, NULL, 10) : OVERFLOW_UID;
}

/* PEER-3. */
static int
check_person(struct peer *peer, uid_t min_uid, struct err *e)
{
    uid_t overflow = overflow_uid();
    int found;

    if (peer->uid == (uid_t)-1 || peer->uid == overflow)
        return err_set(e, ERR_DENIED,
                       "uid %u stands for users that this host does not know; log in to the host "
                       "itself and run iamlp claim there",
                       (unsigned)peer->uid);
    found = user_by_uid(peer->uid, peer->name, e);
    if (found < 0)
        return -1;
    if (found == 0)
        return err_set(e, ERR_DENIED, "uid %u has no usable entry in passwd", (unsigned)peer->uid);
    if (peer->uid < min_uid)
        return err_set(e, ERR_DENIED,
                       "uid %u is below min_uid = %u, so no password is kept for it; run iamlp "
                       "claim as yourself, without sudo",
                       (unsigned)peer->uid, (unsigned)min_uid);
    return 0;
}

static int
others_session(const char *name, uid_t other, struct err *e)
{
    char found[USER_NAME_MAX], who[SHOWN_MAX] = "", shown[SHOWN_MAX];

    text_clean(shown, sizeof(shown), name, strlen(name));
    if (user_by_uid(other, found, NULL) > 0)
        text_clean(who, sizeof(who), found, strlen(found));
    return err_set(e, ERR_DENIED,
                   "this terminal belongs to the login of uid %u%s%s%s, not of %s: log in as %s "
                   "yourself and run iamlp claim there",
                   (unsigned)other, who[0] != '\0' ? " (" : "", who, who[0] != '\0' ? ")" : "",
                   shown, shown);
}

/* PEER-2. */
static int
check_session(const struct peer *peer, const struct process *p, bool unverified, struct err *e)
{
    uid_t other = (uid_t)-1;

    switch (session_judge(peer->uid, p->loginuid, p->cgroup, &other)) {
    case SESSION_OWN:
        return 0;
    case SESSION_OTHERS:
        return others_session(peer->name, other, e);
    case SESSION_NONE:
        if (unverified)
            return 0;
        return err_set(e, ERR_DENIED,
                       "nothing shows that this program belongs to your own login: log in over "
                       "ssh or at the console and run iamlp claim there; where logins are not "
                       "recorded (a container, no pam_loginuid) the administrator can set "
                       "claim_unverified = yes");
    case SESSION_UNCLEAR:
        break;
    }
    return err_set(e, ERR_DENIED, "what the kernel says about this login cannot be understood");
}

int
peer_check(int sock, uid_t min_uid, bool unverified, struct peer *peer, struct err *e)
{
    struct process p;
    int pidfd = -1, rc = -1;

    *peer = (struct peer){.uid = (uid_t)-1};
    if (credentials(sock, peer, e) != 0 || check_person(peer, min_uid, e) != 0)
        return -1;
    if (peer->pid <= 0)
        return err_set(e, ERR_DENIED,
                       "the program that asked runs where this host cannot see it, such as a "
                       "container: run iamlp claim on the host itself");
    if (pin(sock, &pidfd, e) != 0)
        return -1;
    if (process_read(peer->pid, pidfd, peer->uid, &p, e) == 0)
        rc = check_session(peer, &p, unverified, e);
    fdio_close(pidfd);
    return rc;
}
