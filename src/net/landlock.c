#include "net/landlock.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

/* The kernel's words, because a header may be older than the kernel it runs on. The
 * numbers of the calls are the same on every architecture. */
enum {
    LANDLOCK_CREATE = 444,
    LANDLOCK_ADD = 445,
    LANDLOCK_RESTRICT = 446,
    ASK_VERSION = 1,
    PATH_BENEATH = 1,
    FS_READ_FILE = 1 << 2,
    NET_BIND_TCP = 1 << 0,
    SCOPE_ABSTRACT_UNIX = 1 << 0,
    SCOPE_SIGNAL = 1 << 1,
};

struct ruleset {
    uint64_t fs, net, scoped;
};

struct path_beneath {
    uint64_t allowed;
    int32_t fd;
} __attribute__((packed));

/* What may be read; a folder with all that is in it. */
static const char *const readable[] = {
    /* names */
    "/etc/resolv.conf",
    "/etc/hosts",
    "/etc/host.conf",
    "/etc/nsswitch.conf",
    "/etc/gai.conf",
    /* modules that are loaded late: of nsswitch.conf, of OpenSSL */
    "/etc/ld.so.cache",
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    /* OpenSSL's settings; "in FIPS mode" is one of them */
    "/etc/ssl/openssl.cnf",
    "/etc/ssl/fipsmodule.cnf",
    "/etc/pki/tls/openssl.cnf",
    "/etc/pki/tls/fips_local.cnf",
    "/etc/pki/tls/openssl.d",
    "/etc/crypto-policies",
    "/usr/share/crypto-policies",
    "/proc/sys/crypto/fips_enabled",
    /* certificates, and where links among them lead */
    "/etc/ssl/certs",
    "/etc/ssl/cert.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/certs",
    "/etc/pki/tls/cert.pem",
    "/etc/pki/ca-trust/extracted",
    "/etc/ca-certificates",
    "/usr/share/ca-certificates",
    "/usr/local/share/ca-certificates",
    "/var/lib/ca-certificates",
    /* the C library's dates, libcurl's random numbers */
    "/etc/localtime",
    "/usr/share/zoneinfo",
    "/dev/urandom",
};

/* Every right that Landlock of this version knows of is taken. */
static struct ruleset
everything(int abi)
{
    static const unsigned rights[] = {13, 13, 14, 15, 15, 16}; /* of version 0, 1, ... */
    const struct ruleset all = {
        .fs = (UINT64_C(1) << rights[abi > 5 ? 5 : abi]) - 1,
        .net = abi >= 4 ? NET_BIND_TCP : 0,
        .scoped = abi >= 6 ? SCOPE_ABSTRACT_UNIX | SCOPE_SIGNAL : 0,
    };

    return all;
}

static int
allow_reading(int set, const char *path, struct err *e)
{
    struct path_beneath rule = {FS_READ_FILE, open(path, O_PATH | O_CLOEXEC)};
    int rc = 0;

    if (rule.fd < 0)
        return 0; /* not on this host, and then nobody needs it */
    if (syscall(LANDLOCK_ADD, set, PATH_BENEATH, &rule, 0) != 0)
        rc = err_sys(e, "Landlock: %s", path);
    (void)close(rule.fd);
    return rc;
}

int
landlock_enter(struct err *e)
{
    int abi = landlock_version(), set, rc = -1;
    const struct ruleset all = everything(abi);

    if (abi == 0)
        return 0;
    set = (int)syscall(LANDLOCK_CREATE, &all, sizeof(all), 0);
    if (set < 0)
        return err_sys(e, "Landlock of version %d", abi);
    for (size_t i = 0; i < sizeof(readable) / sizeof(readable[0]); i++)
        if (allow_reading(set, readable[i], e) != 0)
            goto out;
    rc = syscall(LANDLOCK_RESTRICT, set, 0) == 0 ? 0 : err_sys(e, "Landlock");
out:
    (void)close(set);
    return rc;
}

int
landlock_version(void)
{
    long abi = syscall(LANDLOCK_CREATE, NULL, 0, ASK_VERSION);

    return abi > 0 ? (int)abi : 0;
}
