#include "cred/role.h"

#include <string.h>

#include "base/text.h"

static int
read_duration(const struct shared_value *v, int *seconds, struct err *e)
{
    char text[8];

    if (shared_copy(v, text, sizeof(text), e) != 0)
        return -1;
    if (!text_number(text, 900, 43200, seconds))
        return shared_fault(v, e, "is no number of seconds from 900 to 43200");
    return 0;
}

int
role_read(const struct shared_profile *p, struct role *role, struct err *e)
{
    const struct shared_value arn = shared_get(p, "role_arn"),
                              session = shared_get(p, "role_session_name"),
                              external = shared_get(p, "external_id"),
                              duration = shared_get(p, "duration_seconds");

    memset(role, 0, sizeof(*role));
    role->path = arn.path;
    role->line = arn.at->line;
    if (shared_copy(&arn, role->arn, sizeof(role->arn), e) != 0)
        return -1;
    if (session.at != NULL &&
        shared_copy(&session, role->session_name, sizeof(role->session_name), e) != 0)
        return -1;
    if (external.at != NULL &&
        shared_copy(&external, role->external_id, sizeof(role->external_id), e) != 0)
        return -1;
    return duration.at != NULL ? read_duration(&duration, &role->duration, e) : 0;
}
