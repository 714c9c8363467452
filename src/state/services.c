#include "state/services.h"

#include <stddef.h>
#include <string.h>

bool
services_hold(const char *list, const char *name)
{
    size_t want = strlen(name);

    for (const char *p = list; want > 0; p++) {
        size_t len = strcspn(p, ",");

        if (len == want && memcmp(p, name, len) == 0)
            return true;
        p += len;
        if (*p == '\0')
            break;
    }
    return false;
}
