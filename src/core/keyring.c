#include "core/keyring.h"

#include <errno.h>
#include <limits.h>
#include <linux/keyctl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * The system calls are made directly: libkeyutils would be one more library in
 * a root process for five calls without any logic of their own.
 */
enum {
    OWNER_ONLY = 0x003f0000,
    DESCRIBED_MAX = KEYRING_NAME_MAX + 64 /* type, uid, gid and permissions before the name */
};

static long
keyctl(int operation, long a, long b, long c, long d)
{
    return syscall(SYS_keyctl, operation, a, b, c, d);
}

/* KEYRING-1 */
static long
reach(void)
{
    return keyctl(KEYCTL_LINK, KEY_SPEC_USER_KEYRING, KEY_SPEC_PROCESS_KEYRING, 0, 0);
}

int
keyring_put(const char *name, const struct secret *secret, int64_t seconds, struct err *e)
{
    unsigned timeout = seconds > UINT_MAX ? UINT_MAX : (unsigned)seconds;
    long key;

    if (reach() != 0)
        return err_sys(e, "link");
    key = syscall(SYS_add_key, "user", name, secret_str(secret), secret_len(secret),
                  KEY_SPEC_PROCESS_KEYRING);
    if (key < 0)
        return err_sys(e, "add_key");
    if (keyctl(KEYCTL_SETPERM, key, OWNER_ONLY, 0, 0) == 0 &&
        keyctl(KEYCTL_SET_TIMEOUT, key, (long)timeout, 0, 0) == 0 &&
        keyctl(KEYCTL_LINK, key, KEY_SPEC_USER_KEYRING, 0, 0) == 0)
        return 0;
    err_sys(e, "setperm");
    (void)keyctl(KEYCTL_REVOKE, key, 0, 0, 0);
    return -1;
}

static long
find(const char *name)
{
    if (reach() != 0)
        return -1;
    return keyctl(KEYCTL_SEARCH, KEY_SPEC_USER_KEYRING, (long)"user", (long)name, 0);
}

/* KEYRING-3: "user;UID;GID;PERMISSIONS;NAME". */
static bool
is_ours(long key, const char *name)
{
    char described[DESCRIBED_MAX];
    int gid = 0, at = 0;
    unsigned permissions = 0;
    long n = keyctl(KEYCTL_DESCRIBE, key, (long)described, sizeof(described), 0);

    return n > 0 && n <= (long)sizeof(described) &&
           sscanf(described, "user;0;%d;%8x;%n", &gid, &permissions, &at) == 2 && at > 0 &&
           permissions == OWNER_ONLY && strcmp(described + at, name) == 0;
}

struct secret *
keyring_get(const char *name, size_t max, struct err *e)
{
    struct secret *s = NULL;
    long key = find(name), n;
    char *p;

    if (key < 0) {
        if (errno == ENOKEY || errno == EKEYEXPIRED || errno == EKEYREVOKED)
            err_set(e, ERR_ABSENT, "there is no such key in the kernel's keyring");
        else
            err_sys(e, "the kernel's keyring cannot be searched");
        return NULL;
    }
    if (!is_ours(key, name)) {
        (void)keyctl(KEYCTL_UNLINK, key, KEY_SPEC_USER_KEYRING, 0, 0);
        err_set(e, ERR_ABSENT, "the key in the kernel's keyring is not root's alone");
        return NULL;
    }
    s = secret_new(max, e);
    p = s == NULL ? NULL : secret_extend(s, max, e);
    if (p == NULL)
        goto fail;
    n = keyctl(KEYCTL_READ, key, (long)p, (long)max, 0);
    if (n <= 0) {
        err_sys(e, "the kernel's keyring cannot be read");
        goto fail;
    }
    if ((size_t)n > max) {
        err_set(e, ERR_LIMIT, "a key in the kernel's keyring has more than %zu bytes", max);
        goto fail;
    }
    secret_truncate(s, (size_t)n);
    return s;
fail:
    secret_free(s);
    return NULL;
}

void
keyring_drop(const char *name)
{
    long key = find(name);

    if (key < 0)
        return;
    (void)keyctl(KEYCTL_REVOKE, key, 0, 0, 0);
    (void)keyctl(KEYCTL_UNLINK, key, KEY_SPEC_USER_KEYRING, 0, 0);
}
