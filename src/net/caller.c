#include "net/caller.h"

#include <string.h>

#include "aws/query.h"
#include "iam/iam.h"

enum {
    PART = 4 /* of the time that is left, at most */
};

/* Somebody's own keys, and not what has been found to be nobody's root. */
static bool
in_question(const struct session *ss)
{
    if (cred_of(&ss->cred)->of_role ||
        strcmp(ss->cred.base.key.access_key_id, ss->texts.caller) == 0)
        return false;
    /* With an address of the administrator's own for IAM alone, AWS's STS is not asked. */
    return ss->texts.endpoint_url[0] == '\0' || ss->texts.sts_endpoint_url[0] != '\0';
}

static bool
ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), n = strlen(end);

    return len >= n && strcmp(text + len - n, end) == 0;
}

int
caller_check(struct session *ss, int64_t deadline, bool *known, struct err *e)
{
    const struct endpoint_wish wish = {.region = ss->region,
                                       .url = ss->source.sts_endpoint_url,
                                       .fips = ss->source.fips,
                                       .dualstack = ss->source.dualstack};
    int64_t now = ss->clock->mono_ms();
    struct endpoint sts;
    const struct query_target target = {
        ss->http, &sts, &ss->cred.base.key, ss->clock, now + (deadline - now) / PART, &ss->retry};
    struct query_answer answer = {0};
    struct err unasked = ERR_INIT;
    struct iam_output out;
    struct iam_input in;

    *known = false;
    if (!in_question(ss))
        return 0;
    iam_input_init(&in);
    if (endpoint_resolve(ENDPOINT_STS, &wish, &sts, &unasked) != 0 ||
        iam_call(&target, IAM_GET_CALLER_IDENTITY, &in, &out, &answer, &unasked) != 0)
        return 0;
    *known = answer.fault == FAULT_NONE;
    query_answer_free(&answer);
    if (*known && ends_with(out.arn, ":root"))
        return err_set(e, ERR_DENIED,
                       "%s: the keys belong to the root user of account %s, which no policy "
                       "limits; use those of an IAM user or a role instead, and delete them",
                       ss->cred.base.provider, out.account);
    return 0;
}
