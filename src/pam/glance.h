/*
 * glance: the fast path, in which nearly every login ends.
 *
 * GLANCE-1  A login of a user for whom nothing is to do MUST cost one openat, one read
 *           and one fstatat, and start nothing.
 * GLANCE-2  What is not understood here is the helper's to judge: a record that is
 *           absent, malformed or another name's leads to it.
 * GLANCE-3  Nothing that is found here authorises anything. The files are therefore
 *           opened by their paths, without the walk of base/fdio: whoever can exchange
 *           them can at most have the helper started, or not.
 */
#ifndef IAMLP_PAM_GLANCE_H
#define IAMLP_PAM_GLANCE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Where to look; the strings are the caller's. */
struct glance_place {
    const char *conf;
    const char *state;
    const char *run;
};

struct glance {
    bool helper;     /* start iamlp-helper; else there is nothing to do */
    const char *why; /* a few words for the log of `debug` */
};

/* For the user of that uid whose canonical pw_name is `name`, at `now` in seconds since the
 * epoch.
 *
 * password: for the password hook. A login has nothing left to do for somebody whose mark is
 * made, or who said later, or whose last try failed; but just they are served by a password
 * that they choose now, at a prompt. So nothing is to do only where the record says that the
 * configuration does not serve them or that their story is over, and a login, too, would
 * have nothing to do. */
struct glance glance_look(const struct glance_place *at, uid_t uid, const char *name, int64_t now,
                          bool password);

#endif
