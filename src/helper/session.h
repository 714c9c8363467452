/*
 * session: is a process of its user's own login session? Judged from two texts of
 * /proc; no system calls.
 *
 * SESSION-1  The login uid that the kernel keeps, if set, MUST equal the uid.
 * SESSION-2  The first user-N.slice in the path of each of the cgroup lines `0::` and
 *            `name=systemd`, if any, MUST have N = uid. Only the first: what is below
 *            it is the user's to name.
 * SESSION-3  One of the two says yes and neither says no: own. A login uid that is no
 *            number says no; a slice whose N is none is no user's.
 */
#ifndef IAMLP_HELPER_SESSION_H
#define IAMLP_HELPER_SESSION_H

#include <sys/types.h>

enum session_kind {
    SESSION_OWN,
    SESSION_OTHERS,  /* somebody else's: of uid *other */
    SESSION_NONE,    /* the host has recorded neither */
    SESSION_UNCLEAR, /* a text is not what a kernel writes */
};

/* loginuid and cgroup: what stands in /proc/PID/loginuid and /proc/PID/cgroup, "" where
 * there is no such file. *other means something with SESSION_OTHERS only. */
enum session_kind session_judge(uid_t uid, const char *loginuid, const char *cgroup, uid_t *other);

#endif
