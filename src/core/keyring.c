#include "core/keyring.h"

#include <errno.h>
#include <limits.h>
#include <linux/keyctl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The system calls are made directly: libkeyutils would be one more library in a root process,
 * for calls without any logic of their own. */
enum {
    OWNER_ONLY = 0x003f0000, /* KEYRING-2 */
    SPARE_KEYS = 16,         /* room for as many more than there were at the last look */
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

static int
fault(const char *what, struct err *e)
{
    if (errno != EDQUOT)
        return err_sys(e, "%s", what);
    return err_set(e, ERR_LIMIT,
                   "root's quota of keys is used up; raise kernel.keys.root_maxbytes, or, where "
                   "root is a container's, the kernel.keys.maxbytes of its host");
}

int
keyring_put(const char *name, const struct secret *secret, int64_t seconds, struct err *e)
{
    unsigned timeout = seconds > UINT_MAX ? UINT_MAX : (unsigned)seconds;
    long key;

    if (reach() != 0)
        return fault("link", e);
    key = syscall(SYS_add_key, "user", name, secret_str(secret), secret_len(secret),
                  KEY_SPEC_PROCESS_KEYRING);
    if (key < 0)
        return fault("add_key", e);
    if (keyctl(KEYCTL_SETPERM, key, OWNER_ONLY, 0, 0) != 0)
        (void)fault("setperm", e);
    else if (keyctl(KEYCTL_SET_TIMEOUT, key, (long)timeout, 0, 0) != 0)
        (void)fault("set_timeout", e);
    else if (keyctl(KEYCTL_LINK, key, KEY_SPEC_USER_KEYRING, 0, 0) != 0)
        (void)fault("link", e);
    else
        return 0;
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

/* The name of a key that is root's alone, else NULL (KEYRING-3). It is described as
 * "user;UID;GID;PERMISSIONS;NAME". */
static const char *
name_of_ours(long key, char described[DESCRIBED_MAX])
{
    int gid = 0, at = 0;
    unsigned permissions = 0;
    long n = keyctl(KEYCTL_DESCRIBE, key, (long)described, DESCRIBED_MAX, 0);

    if (n <= 0 || n > DESCRIBED_MAX ||
        sscanf(described, "user;0;%d;%8x;%n", &gid, &permissions, &at) != 2 || at == 0)
        return NULL;
    return permissions == OWNER_ONLY ? described + at : NULL;
}

struct secret *
keyring_get(const char *name, size_t max, struct err *e)
{
    struct secret *s = NULL;
    char described[DESCRIBED_MAX], *p;
    long key = find(name), n;
    const char *found;

    if (key < 0) {
        if (errno == ENOKEY || errno == EKEYEXPIRED || errno == EKEYREVOKED)
            err_set(e, ERR_ABSENT, "there is no such key in the kernel's keyring");
        else
            err_sys(e, "the kernel's keyring cannot be searched");
        return NULL;
    }
    found = name_of_ours(key, described);
    if (found == NULL || strcmp(found, name) != 0) {
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

static void
drop(long key)
{
    (void)keyctl(KEYCTL_REVOKE, key, 0, 0, 0);
    (void)keyctl(KEYCTL_UNLINK, key, KEY_SPEC_USER_KEYRING, 0, 0);
}

void
keyring_drop(const char *name)
{
    long key = find(name);

    if (key >= 0)
        drop(key);
}

/* Everything in uid 0's keyring, the caller's to free; NULL: nothing, or no memory. The kernel
 * tells the bytes that it needs, and gives none where there are fewer. */
static int32_t *
list_keys(size_t *count)
{
    int32_t *keys = NULL, *grown;
    long room = 0, n = reach() == 0 ? 0 : -1;

    while (n >= 0) {
        n = keyctl(KEYCTL_READ, KEY_SPEC_USER_KEYRING, (long)keys, room, 0);
        if (n <= room)
            break;
        room = n + (long)(SPARE_KEYS * sizeof(*keys));
        grown = realloc(keys, (size_t)room);
        if (grown == NULL)
            n = -1;
        else
            keys = grown;
    }
    *count = n > 0 ? (size_t)n / sizeof(*keys) : 0;
    return keys;
}

void
keyring_drop_all(const char *beginning)
{
    char described[DESCRIBED_MAX];
    size_t count = 0;
    int32_t *keys = list_keys(&count);

    for (size_t i = 0; i < count; i++) {
        const char *name = name_of_ours(keys[i], described);

        if (name != NULL && strncmp(name, beginning, strlen(beginning)) == 0)
            drop(keys[i]);
    }
    free(keys);
}
