#include "base/outcome.h"

#include <stddef.h>
#include <syslog.h>

static const struct {
    const char *name;
    int priority;
} outcomes[] = {
    [OUTCOME_OK] = {"ok", LOG_INFO},
    [OUTCOME_EXISTS] = {"exists", LOG_NOTICE},
    [OUTCOME_REMOVED] = {"removed", LOG_NOTICE},
    [OUTCOME_PENDING] = {"pending", LOG_NOTICE},
    [OUTCOME_LATER] = {"later", LOG_NOTICE},
    [OUTCOME_UNMAPPED] = {"unmapped", LOG_NOTICE},
    [OUTCOME_DENIED] = {"denied", LOG_ERR},
    [OUTCOME_POLICY] = {"policy", LOG_ERR},
    [OUTCOME_NOSUCHUSER] = {"nosuchuser", LOG_ERR},
    [OUTCOME_THROTTLED] = {"throttled", LOG_NOTICE},
    [OUTCOME_TIMEOUT] = {"timeout", LOG_NOTICE},
    [OUTCOME_LOST] = {"lost", LOG_ERR},
    [OUTCOME_ERROR] = {"error", LOG_ERR},
};

const char *
outcome_name(enum outcome o)
{
    return (size_t)o < sizeof(outcomes) / sizeof(outcomes[0]) ? outcomes[o].name : "error";
}

int
outcome_priority(enum outcome o)
{
    return (size_t)o < sizeof(outcomes) / sizeof(outcomes[0]) ? outcomes[o].priority : LOG_ERR;
}
