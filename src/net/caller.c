#include "net/caller.h"

#include <string.h>

#include "aws/query.h"
#include "iam/iam.h"
#include "net/reply.h"

enum {
    PART = 4 /* of the time that is left, at most */
};

/* With an address of the administrator's own for IAM alone, AWS's STS is not asked. */
static bool
keeps_from_sts(const struct session *ss)
{
    return ss->texts.endpoint_url[0] != '\0' && ss->texts.sts_endpoint_url[0] == '\0';
}

/* GetCallerIdentity with `key`. -1: it could not be asked. */
static int
ask(struct session *ss, const struct sigv4_key *key, int64_t deadline, struct iam_output *out,
    struct query_answer *answer, struct err *e)
{
    const struct endpoint_wish wish = {.region = ss->region,
                                       .url = ss->source.sts_endpoint_url,
                                       .fips = ss->source.fips,
                                       .dualstack = ss->source.dualstack};
    struct endpoint sts;
    const struct query_target target = {ss->http, &sts, key, ss->clock, deadline, &ss->retry};
    struct iam_input in;

    iam_input_init(&in);
    if (endpoint_resolve(ENDPOINT_STS, &wish, &sts, e) != 0)
        return -1;
    return iam_call(&target, IAM_GET_CALLER_IDENTITY, &in, out, answer, e);
}

/* Somebody's own keys, and not what has been found to be nobody's root. */
static bool
in_question(const struct session *ss)
{
    if (cred_of(&ss->cred)->of_role ||
        strcmp(ss->cred.base.key.access_key_id, ss->texts.caller) == 0)
        return false;
    return !keeps_from_sts(ss);
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
    int64_t now = ss->clock->mono_ms();
    struct query_answer answer = {0};
    struct err unasked = ERR_INIT;
    struct iam_output out;

    *known = false;
    if (!in_question(ss) ||
        ask(ss, &ss->cred.base.key, now + (deadline - now) / PART, &out, &answer, &unasked) != 0)
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

void
caller_answer(struct session *ss, int64_t deadline, struct frame *a)
{
    const struct cred *c = cred_of(&ss->cred);
    struct query_answer answer = {0};
    struct err e = ERR_INIT;
    struct iam_output out;

    if (keeps_from_sts(ss))
        reply_well(a);
    else if (ask(ss, &c->key, deadline, &out, &answer, &e) == 0)
        reply_call(a, IAM_GET_CALLER_IDENTITY, &out, &answer, "");
    else
        reply_err(a, &e);
    frame_put_text(a, WIRE_F_PROVIDER, c->provider);
    if (c->key.expires > 0)
        frame_put_number(a, WIRE_F_EXPIRES, c->key.expires);
    frame_put_text(a, WIRE_F_ENDPOINT_URL, ss->endpoint.url);
    query_answer_free(&answer);
}
