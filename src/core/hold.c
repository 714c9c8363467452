#include "core/hold.h"

#include <stdio.h>

#include "core/cache.h"
#include "core/keyring.h"

enum {
    DESCRIPTION_MAX = 64,
    PASSWORD_MAX = 1024
};

static const char *
describe(char text[DESCRIPTION_MAX], uid_t uid, const char *nonce)
{
    (void)snprintf(text, DESCRIPTION_MAX, "iamlp:%u:%s", (unsigned)uid, nonce);
    return text;
}

static int
put(uid_t uid, const char *nonce, const struct secret *password, int64_t seconds, struct err *e)
{
    char name[DESCRIPTION_MAX];

    if (keyring_put(describe(name, uid, nonce), password, seconds, e) == 0)
        return 0;
    /* HOLD-2 */
    if (e->code == ERR_LIMIT) {
        cache_clear();
        if (keyring_put(name, password, seconds, e) == 0)
            return 0;
    }
    if (e->code == ERR_LIMIT)
        return err_wrap(e, "the kernel has no room to hold a password, so none is created");
    return err_wrap(e,
                    "the kernel's keyring cannot hold a password, so none is created; allow keyctl "
                    "to this service, or set hold = none");
}

static struct secret *
get(uid_t uid, const char *nonce, struct err *e)
{
    char name[DESCRIPTION_MAX];
    struct secret *s = keyring_get(describe(name, uid, nonce), PASSWORD_MAX, e);

    if (s == NULL && e->code == ERR_ABSENT)
        err_set(e, ERR_ABSENT, "the password is no longer held");
    return s;
}

static void
drop(uid_t uid, const char *nonce)
{
    char name[DESCRIPTION_MAX];

    keyring_drop(describe(name, uid, nonce));
}

const struct hold hold_keyring = {put, get, drop};
