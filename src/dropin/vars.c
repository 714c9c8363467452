#include "dropin/vars.h"

#include <pwd.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"

static char *const nothing[] = {NULL};
static char *const *taken = nothing;

int
vars_take(struct err *e)
{
    if (environ != NULL)
        taken = environ;
    return clearenv() == 0 ? 0 : err_sys(e, "the environment cannot be emptied");
}

static const char *
get(const char *name, size_t len)
{
    for (char *const *v = taken; *v != NULL; v++)
        if (strncmp(*v, name, len) == 0 && (*v)[len] == '=')
            return *v + len + 1;
    return NULL;
}

const char *
vars_get(const char *name)
{
    return get(name, strlen(name));
}

const char *
vars_filled(const char *name)
{
    const char *value = vars_get(name);

    return value != NULL && *value != '\0' ? value : NULL;
}

char *const *
vars_all(void)
{
    return taken;
}

/* The folder that "~" or "~USER" names; NULL where it names none. */
static const char *
home_of(const char *user, size_t len)
{
    char name[64];
    const struct passwd *pw;
    const char *home = vars_get("HOME");

    if (len == 0 && home != NULL)
        return home;
    if (len >= sizeof(name))
        return NULL;
    memcpy(name, user, len);
    name[len] = '\0';
    pw = len == 0 ? getpwuid(getuid()) : getpwnam(name);
    return pw != NULL ? pw->pw_dir : NULL;
}

/* "$NAME" or "${NAME}" at p: appended; returns its length, 0 where it is none. */
static size_t
variable(const char *p, struct buf *b)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    bool braced = p[1] == '{';
    const char *name = p + 1 + braced, *value;
    size_t len = braced ? strcspn(name, "}") : strspn(name, letters);

    if (len == 0 || (braced && name[len] != '}'))
        return 0;
    value = get(name, len);
    len += 1 + (braced ? 2U : 0U);
    if (value != NULL)
        buf_adds(b, value);
    else
        buf_add(b, p, len);
    return len;
}

int
vars_expand(const char *path, char *out, size_t size, struct err *e)
{
    const char *home = NULL;
    struct buf b;
    int rc = -1;

    buf_init(&b, size - 1);
    if (*path == '~') {
        size_t len = strcspn(path + 1, "/");

        home = home_of(path + 1, len);
        if (home != NULL) {
            buf_adds(&b, home);
            path += 1 + len;
        }
    }
    while (*path != '\0') {
        size_t len = *path == '$' ? variable(path, &b) : 0;

        if (len == 0)
            buf_add(&b, path, 1);
        path += len > 0 ? len : 1;
    }
    if (buf_check(&b, "the path", e) == 0) {
        memcpy(out, buf_str(&b), b.len + 1);
        rc = 0;
    }
    buf_free(&b);
    return rc;
}
