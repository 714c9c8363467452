#include "core/hold.h"

#include <errno.h>
#include <limits.h>
#include <linux/keyctl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * The system calls are made directly: libkeyutils would be one more library in
 * a root process for five calls without any logic of their own.
 */
enum {
    DESCRIPTION_MAX = 64,
    PASSWORD_MAX = 1024,
    OWNER_ONLY = 0x003f0000
};

static long
keyctl(int operation, long a, long b, long c, long d)
{
    return syscall(SYS_keyctl, operation, a, b, c, d);
}

static void
describe(char text[DESCRIPTION_MAX], uid_t uid, const char *nonce)
{
    (void)snprintf(text, DESCRIPTION_MAX, "iamlp:%u:%s", (unsigned)uid, nonce);
}

static int
refuse(const char *what, struct err *e)
{
    return err_sys(e,
                   "the kernel's keyring cannot hold a password (%s), so none is created; allow "
                   "keyctl to this service, or set hold = none",
                   what);
}

static int
put(uid_t uid, const char *nonce, const struct secret *password, int64_t seconds, struct err *e)
{
    char name[DESCRIPTION_MAX];
    unsigned timeout = seconds > UINT_MAX ? UINT_MAX : (unsigned)seconds;
    long key;

    describe(name, uid, nonce);
    if (keyctl(KEYCTL_LINK, KEY_SPEC_USER_KEYRING, KEY_SPEC_PROCESS_KEYRING, 0, 0) != 0)
        return refuse("link", e);
    key = syscall(SYS_add_key, "user", name, secret_str(password), secret_len(password),
                  KEY_SPEC_PROCESS_KEYRING);
    if (key < 0)
        return refuse("add_key", e);
    if (keyctl(KEYCTL_SETPERM, key, OWNER_ONLY, 0, 0) == 0 &&
        keyctl(KEYCTL_SET_TIMEOUT, key, (long)timeout, 0, 0) == 0 &&
        keyctl(KEYCTL_LINK, key, KEY_SPEC_USER_KEYRING, 0, 0) == 0)
        return 0;
    refuse("setperm", e);
    (void)keyctl(KEYCTL_REVOKE, key, 0, 0, 0);
    return -1;
}

static long
find(uid_t uid, const char *nonce)
{
    char name[DESCRIPTION_MAX];

    describe(name, uid, nonce);
    if (keyctl(KEYCTL_LINK, KEY_SPEC_USER_KEYRING, KEY_SPEC_PROCESS_KEYRING, 0, 0) != 0)
        return -1;
    return keyctl(KEYCTL_SEARCH, KEY_SPEC_USER_KEYRING, (long)"user", (long)name, 0);
}

static struct secret *
get(uid_t uid, const char *nonce, struct err *e)
{
    struct secret *s = NULL;
    long key = find(uid, nonce), n;
    char *p;

    if (key < 0) {
        if (errno == ENOKEY || errno == EKEYEXPIRED || errno == EKEYREVOKED)
            err_set(e, ERR_ABSENT, "the password is no longer held");
        else
            err_sys(e, "the kernel's keyring cannot be searched");
        return NULL;
    }
    s = secret_new(PASSWORD_MAX, e);
    p = s == NULL ? NULL : secret_extend(s, PASSWORD_MAX, e);
    if (p == NULL)
        goto fail;
    n = keyctl(KEYCTL_READ, key, (long)p, PASSWORD_MAX, 0);
    if (n <= 0 || n > PASSWORD_MAX) {
        err_sys(e, "the kernel's keyring cannot be read");
        goto fail;
    }
    secret_truncate(s, (size_t)n);
    return s;
fail:
    secret_free(s);
    return NULL;
}

static void
drop(uid_t uid, const char *nonce)
{
    long key = find(uid, nonce);

    if (key < 0)
        return;
    (void)keyctl(KEYCTL_REVOKE, key, 0, 0, 0);
    (void)keyctl(KEYCTL_UNLINK, key, KEY_SPEC_USER_KEYRING, 0, 0);
}

const struct hold hold_keyring = {put, get, drop};
