#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/keyctl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/fdio.h"
#include "cli/check.h"
#include "pamd/pamd.h"

/* A program or module that root's processes load: nobody else may write it. */
static void
look_at(struct check *c, const char *area, const char *path, mode_t mode, struct stat *st)
{
    struct err e = ERR_INIT;
    int fd = fdio_open_trusted(path, FDIO_READABLE, &e);

    memset(st, 0, sizeof(*st));
    if (fd < 0)
        finding_add(&c->found, WIRE_LEVEL_FAIL, area, "%s%s", e.msg,
                    e.code == ERR_ABSENT ? "; install pam_iamlp again" : "");
    else if (fstat(fd, st) != 0 || (st->st_mode & mode) != mode)
        finding_add(&c->found, WIRE_LEVEL_FAIL, area, "%s cannot be run; chmod a+x %s", path, path);
    else
        finding_add(&c->found, WIRE_LEVEL_OK, area, "%s", path);
    fdio_close(fd);
}

void
check_host_module(struct check *c)
{
    struct stat st;

    look_at(c, "module", IAMLP_PAMDIR "/" PAMD_MODULE, 0, &st);
}

void
check_host_helper(struct check *c)
{
    struct stat st;

    look_at(c, "helper", c->line->helper, S_IXUSR, &st);
}

/* Beside the helper, as helper/netproc finds it. */
void
check_host_net(struct check *c)
{
    const char *slash = strrchr(c->line->helper, '/');
    char path[PATH_MAX];
    struct stat st;

    (void)snprintf(path, sizeof(path), "%.*s/iamlp-net",
                   slash != NULL ? (int)(slash - c->line->helper) : 1,
                   slash != NULL ? c->line->helper : ".");
    look_at(c, "iamlp-net", path, S_IXUSR | S_IXOTH, &st);
    /* A program that its user cannot read is not dumpable from its first instruction. */
    if ((st.st_mode & S_IROTH) != 0)
        finding_add(&c->found, WIRE_LEVEL_WARN, "iamlp-net",
                    "%s can be read by others; chmod 0711 %s", path, path);
}

void
check_host_user(struct check *c)
{
    const struct passwd *pw = getpwnam("iamlp");

    if (pw == NULL)
        finding_add(&c->found, WIRE_LEVEL_FAIL, "system user",
                    "there is no user iamlp; mend with: systemd-sysusers");
    else if (pw->pw_uid == 0)
        finding_add(&c->found, WIRE_LEVEL_FAIL, "system user",
                    "iamlp is uid 0; give it one of its own");
    else
        finding_add(&c->found, WIRE_LEVEL_OK, "system user", "iamlp");
}

/* A container's filter shows here: the keyring is where passwords wait. */
void
check_host_keyring(struct check *c)
{
    bool needed = c->conf == NULL || c->conf->hold > 0;

    if (syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_USER_KEYRING, 1) >= 0)
        finding_add(&c->found, WIRE_LEVEL_OK, "keyring", "usable");
    else
        finding_add(&c->found, needed ? WIRE_LEVEL_FAIL : WIRE_LEVEL_NOTE, "keyring",
                    "%s, so no password can wait for its reader; allow keyctl, or set hold = none",
                    strerror(errno));
}

/* ---- SELinux, AppArmor -------------------------------------------------------------- */

/* Does the file begin with that, or hold it at all? false, too, where it is not there. */
static bool
says(const char *path, const char *what, bool anywhere)
{
    FILE *f = fopen(path, "re");
    char line[1024];
    bool found = false;

    while (f != NULL && !found && fgets(line, sizeof(line), f) != NULL) {
        const char *at = strstr(line, what);

        found = at == line || (anywhere && at != NULL);
        if (!anywhere)
            break;
    }
    if (f != NULL)
        (void)fclose(f);
    return found;
}

void
check_host_confinement(struct check *c)
{
    static const char area[] = "confinement";
    char label[256] = "";

    if (says("/sys/fs/selinux/enforce", "1", false)) {
        if (getxattr(c->line->helper, "security.selinux", label, sizeof(label) - 1) > 0 &&
            strstr(label, "iamlp") != NULL)
            finding_add(&c->found, WIRE_LEVEL_OK, area, "SELinux enforces, the helper is %s",
                        label);
        else
            finding_add(
                &c->found, WIRE_LEVEL_WARN, area,
                "SELinux enforces, and %s is labelled %s, so sshd may not be allowed to run "
                "it; install pam_iamlp's policy module, then: restorecon -R %s",
                c->line->helper, label[0] != '\0' ? label : "nothing", IAMLP_LIBEXECDIR);
    } else if (says("/sys/module/apparmor/parameters/enabled", "Y", false)) {
        if (says("/sys/kernel/security/apparmor/profiles", "iamlp", true))
            finding_add(&c->found, WIRE_LEVEL_OK, area, "AppArmor, with a profile of ours");
        else
            finding_add(&c->found, WIRE_LEVEL_NOTE, area,
                        "AppArmor is on without a profile of ours, so nothing is confined by it");
    } else {
        finding_add(&c->found, WIRE_LEVEL_OK, area, "neither SELinux nor AppArmor enforces");
    }
}
