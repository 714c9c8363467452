#include "helper/session.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define LOGINUID_UNSET UINT32_MAX

/* text[0..len) as a decimal number of at most 32 bits, written as the kernel and systemd
 * write one: without sign, blanks or leading zeros. */
static bool
number(const char *text, size_t len, uint32_t *n)
{
    uint64_t sum = 0;

    if (len == 0 || len > 10 || (len > 1 && text[0] == '0'))
        return false;
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        sum = sum * 10 + (uint64_t)(text[i] - '0');
    }
    *n = (uint32_t)sum;
    return sum <= UINT32_MAX;
}

/* Is name[0..len) user-N.slice? */
static bool
user_slice(const char *name, size_t len, uint32_t *n)
{
    static const char before[] = "user-", after[] = ".slice";
    const size_t b = sizeof(before) - 1, a = sizeof(after) - 1;

    return len > b + a && strncmp(name, before, b) == 0 && strncmp(name + len - a, after, a) == 0 &&
           number(name + b, len - b - a, n);
}

/* The path in a line of /proc/PID/cgroup, where it is one of those that systemd keeps:
 * of the unified tree, or of its own named one. NULL otherwise. */
static const char *
systemd_path(const char *line, size_t len)
{
    static const char unified[] = "0::", named[] = "name=systemd:";
    const char *list;

    if (len >= sizeof(unified) - 1 && strncmp(line, unified, sizeof(unified) - 1) == 0)
        return line + sizeof(unified) - 1;
    list = memchr(line, ':', len);
    if (list == NULL)
        return NULL;
    list++;
    if ((size_t)(line + len - list) < sizeof(named) - 1 ||
        strncmp(list, named, sizeof(named) - 1) != 0)
        return NULL;
    return list + sizeof(named) - 1;
}

/* The first user-N.slice among the components of path[0..len). */
static bool
first_slice(const char *path, size_t len, uint32_t *n)
{
    const char *end = path + len;

    while (path < end) {
        const char *slash = memchr(path, '/', (size_t)(end - path));
        size_t component = (size_t)((slash != NULL ? slash : end) - path);

        if (user_slice(path, component, n))
            return true;
        path += component + 1;
    }
    return false;
}

enum session_kind
session_judge(uid_t uid, const char *loginuid, const char *cgroup, uid_t *other)
{
    enum session_kind kind = SESSION_NONE;
    uint32_t n = LOGINUID_UNSET;

    if (loginuid[0] != '\0' && !number(loginuid, strcspn(loginuid, "\n"), &n))
        return SESSION_UNCLEAR;
    if (n != LOGINUID_UNSET) {
        *other = n;
        if (n != uid)
            return SESSION_OTHERS;
        kind = SESSION_OWN;
    }
    while (cgroup[0] != '\0') {
        size_t len = strcspn(cgroup, "\n");
        const char *path = systemd_path(cgroup, len);

        if (path != NULL && first_slice(path, (size_t)(cgroup + len - path), &n)) {
            *other = n;
            if (n != uid)
                return SESSION_OTHERS;
            kind = SESSION_OWN;
        }
        cgroup += len + (cgroup[len] == '\n');
    }
    return kind;
}
