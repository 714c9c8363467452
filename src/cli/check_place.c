#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fdio.h"
#include "cli/check.h"
#include "cli/listening.h"
#include "cli/records.h"
#include "state/mark.h"
#include "state/store.h"

void
check_place_run(struct check *c)
{
    struct err e = ERR_INIT;
    int fd = fdio_open_dir_trusted(c->line->run, FDIO_READABLE, &e);

    if (fd < 0)
        finding_add(&c->found, WIRE_LEVEL_FAIL, "run folder", "%s%s", e.msg,
                    e.code == ERR_ABSENT ? "; mend with: systemd-tmpfiles --create iamlp.conf"
                                         : "");
    else
        finding_add(&c->found, WIRE_LEVEL_OK, "run folder", "%s", c->line->run);
    fdio_close(fd);
}

void
check_place_state(struct check *c)
{
    struct err e = ERR_INIT;
    int fd = store_open(c->line->state, &e);

    if (fd < 0) {
        finding_add(&c->found, WIRE_LEVEL_FAIL, "state folder", "%s", e.msg);
        return;
    }
    finding_add(&c->found, WIRE_LEVEL_OK, "state folder", "%s", c->line->state);
    fdio_close(fd);
}

void
check_place_records(struct check *c)
{
    int fd = store_open(c->line->state, NULL), odd = fd >= 0 ? records_odd(fd) : 0;

    if (odd > 0)
        finding_add(&c->found, WIRE_LEVEL_WARN, "records",
                    "%d cannot be read or were set aside; iamlp status names them, the log says "
                    "why",
                    odd);
    fdio_close(fd);
}

/* Will it listen after the next boot, too? As systemctl enable leaves it. */
static bool
is_enabled(void)
{
    static const char *const folders[] = {"/etc", "/run", "/usr/lib"};
    char path[128];
    struct stat st;

    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        (void)snprintf(path, sizeof(path),
                       "%s/systemd/system/sockets.target.wants/iamlp-claim.socket", folders[i]);
        if (lstat(path, &st) == 0)
            return true;
    }
    return false;
}

void
check_place_socket(struct check *c)
{
    static const char area[] = "claim socket";
    char path[MARK_PATH_MAX];
    struct stat st;

    if ((size_t)snprintf(path, sizeof(path), "%s/claim.sock", c->line->run) >= sizeof(path) ||
        !listening_at(path))
        finding_add(&c->found, WIRE_LEVEL_FAIL, area,
                    "nobody listens at %s/claim.sock; mend with: systemctl enable --now "
                    "iamlp-claim.socket",
                    c->line->run);
    else if (stat(path, &st) == 0 && (st.st_mode & 0222) != 0222)
        finding_add(&c->found, WIRE_LEVEL_FAIL, area,
                    "%s is closed to the people who claim; SocketMode=0666, or: chmod 666 %s", path,
                    path);
    else
        finding_add(&c->found, WIRE_LEVEL_OK, area, "%s", path);
    if (access("/run/systemd/system", F_OK) == 0 && !is_enabled())
        finding_add(&c->found, WIRE_LEVEL_WARN, area,
                    "nothing starts it at the next boot; systemctl enable iamlp-claim.socket");
}
