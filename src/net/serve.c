#include "net/serve.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "iam/iam.h"
#include "net/caller.h"
#include "net/reply.h"
#include "net/session.h"
#include "wire/frame.h"

enum {
    REQUEST_WAIT_MS = 10 * 60 * 1000, /* a person may be thinking meanwhile */
    ANSWER_SEND_MS = 5 * 1000,
    MS_MAX = 120 * 1000,
};

/* ---- calls ---------------------------------------------------------------------------------- */

static const struct call {
    enum wire_type type;
    enum iam_action action;
} calls[] = {
    {WIRE_GET_USER, IAM_GET_USER},
    {WIRE_GET_LOGIN_PROFILE, IAM_GET_LOGIN_PROFILE},
    {WIRE_CREATE_LOGIN_PROFILE, IAM_CREATE_LOGIN_PROFILE},
    {WIRE_UPDATE_LOGIN_PROFILE, IAM_UPDATE_LOGIN_PROFILE},
    {WIRE_GET_PASSWORD_POLICY, IAM_GET_ACCOUNT_PASSWORD_POLICY},
    {WIRE_TAG_USER, IAM_TAG_USER},
    {WIRE_SIMULATE, IAM_SIMULATE_PRINCIPAL_POLICY},
};

/* What SIMULATE asks about. */
struct imagined {
    char arn[IAM_ARN_MAX], resource[IAM_ARN_MAX], actions[512];
    const char *names[IAM_DECISIONS_MAX + 1], *resources[2];
    char tag[sizeof("aws:ResourceTag/") + IAM_TAG_KEY_MAX];
    struct iam_context context[2];
};

/* The members of a request, and what they point to. */
struct asked {
    struct iam_input in;
    char user[IAM_NAME_MAX];
    struct iam_tag tag;
    struct secret *password;
    struct imagined imagined;
};

/* A word for each action, NULL at the end; more than there can be decisions are left out. */
static void
split(char *list, const char *names[IAM_DECISIONS_MAX + 1])
{
    size_t n = 0;

    for (char *p = list; p != NULL && *p != '\0' && n < IAM_DECISIONS_MAX;) {
        char *comma = strchr(p, ',');

        names[n++] = p;
        if (comma != NULL)
            *comma++ = '\0';
        p = comma;
    }
    names[n] = NULL;
}

static void
read_imagined(const struct frame *q, struct asked *k)
{
    struct imagined *i = &k->imagined;
    int64_t mfa = frame_get_number(q, WIRE_F_MFA, 0, 1, -1);

    if (!frame_get_text(q, WIRE_F_ARN, i->arn, sizeof(i->arn)) ||
        !frame_get_text(q, WIRE_F_ACTIONS, i->actions, sizeof(i->actions)) ||
        !frame_get_text(q, WIRE_F_RESOURCE, i->resource, sizeof(i->resource)))
        return;
    split(i->actions, i->names);
    i->resources[0] = i->resource;
    i->resources[1] = NULL;
    k->in.policy_source_arn = i->arn;
    k->in.action_names = i->names;
    k->in.resource_arns = i->resources;
    k->in.context = i->context;
    if (k->in.tags != NULL) {
        (void)snprintf(i->tag, sizeof(i->tag), "aws:ResourceTag/%s", k->tag.key);
        i->context[k->in.context_count++] = (struct iam_context){i->tag, k->tag.value, false};
    }
    if (mfa >= 0)
        i->context[k->in.context_count++] =
            (struct iam_context){"aws:MultiFactorAuthPresent", mfa == 1 ? "true" : "false", true};
}

static void
read_call(const struct frame *q, struct asked *k)
{
    struct err e = ERR_INIT;

    iam_input_init(&k->in);
    if (frame_get_text(q, WIRE_F_IAM_USER, k->user, sizeof(k->user)))
        k->in.user_name = k->user;
    k->password = frame_get_secret(q, WIRE_F_PASSWORD, &e);
    k->in.password = k->password;
    if (k->password != NULL)
        k->in.password_reset_required = IAM_TRUE;
    (void)frame_get_text(q, WIRE_F_TAG_KEY, k->tag.key, sizeof(k->tag.key));
    if (frame_get_text(q, WIRE_F_TAG_VALUE, k->tag.value, sizeof(k->tag.value))) {
        k->in.tags = &k->tag;
        k->in.tag_count = 1;
    }
    read_imagined(q, k);
}

static int
call(struct session *ss, enum iam_action action, const struct asked *k, int64_t deadline,
     struct iam_output *out, struct query_answer *answer, struct err *e)
{
    const struct query_target target = {ss->http,  &ss->endpoint, &cred_of(&ss->cred)->key,
                                        ss->clock, deadline,      &ss->retry};

    return iam_call(&target, action, &k->in, out, answer, e);
}

/* In the order of what was asked; what was not answered has no decision. */
static void
put_in_order(const struct asked *k, struct iam_output *out)
{
    struct iam_decision found[IAM_DECISIONS_MAX] = {{"", ""}};
    size_t n = 0;

    for (; k->in.action_names != NULL && k->in.action_names[n] != NULL; n++)
        for (size_t i = 0; i < out->decision_count; i++)
            if (strcasecmp(k->in.action_names[n], out->decisions[i].action) == 0)
                found[n] = out->decisions[i];
    memcpy(out->decisions, found, sizeof(found));
    out->decision_count = n;
}

/* A definite no to the keys, so nothing was done, even by a create. */
static bool
refuses_keys(const struct query_answer *a)
{
    return (a->fault == FAULT_CREDENTIALS || a->fault == FAULT_EXPIRED) && !a->maybe_acted;
}

/* Say whose keys AWS refused: there may be several places they could come from. */
static void
name_keys(const struct session *ss, struct query_answer *a)
{
    char place[CRED_PLACE_SIZE], said[sizeof(a->message)];

    cred_place(&ss->source, cred_of(&ss->cred), place);
    if ((!refuses_keys(a) && a->fault != FAULT_SIGNATURE) || place[0] == '\0')
        return;
    (void)snprintf(said, sizeof(said), "the keys of %.120s: %.120s", place, a->message);
    /* Again: both may have been cut within a character. */
    text_clean(a->message, sizeof(a->message), said, strlen(said));
}

/* Could new keys have another answer? AWS revokes a role's session by a policy that denies, and
 * that "no" is the same as for a right that is missing. So new keys are asked for, once a story,
 * also where a right is really missing; but not for the calls where that is usual. */
static bool
wants_new_keys(const struct session *ss, enum iam_action action, const struct query_answer *a)
{
    bool optional = action == IAM_TAG_USER || action == IAM_GET_ACCOUNT_PASSWORD_POLICY;

    if (!session_on_kept(ss))
        return false;
    return refuses_keys(a) || (a->fault == FAULT_DENIED && !a->maybe_acted && !optional);
}

static void
answer_call(struct session *ss, enum iam_action action, const struct frame *q, int64_t deadline,
            struct frame *a)
{
    struct query_answer answer = {0};
    struct err e = ERR_INIT;
    struct iam_output out;
    struct asked k;
    int rc;

    read_call(q, &k);
    rc = call(ss, action, &k, deadline, &out, &answer, &e);
    if (rc == 0 && wants_new_keys(ss, action, &answer)) {
        query_answer_free(&answer);
        rc = session_renew(ss, deadline, a, &e);
        if (rc == 0)
            rc = call(ss, action, &k, deadline, &out, &answer, &e);
    }
    if (rc == 0) {
        name_keys(ss, &answer);
        put_in_order(&k, &out);
    }
    if (rc == 0)
        reply_call(a, action, &out, &answer, k.tag.key);
    else
        reply_err(a, &e);
    query_answer_free(&answer);
    secret_free(k.password);
}

/* false: not a request that may come now. */
static bool
dispatch(struct session *ss, const struct frame *q, struct frame *a)
{
    int64_t ms = frame_get_number(q, WIRE_F_MS, 1, MS_MAX, -1);
    int64_t deadline = ss->clock->mono_ms() + ms;

    if (ms < 0)
        return false;
    if (q->type == WIRE_FILES && !ss->filed && !ss->begun) {
        session_files(ss, q, a);
        return true;
    }
    if (q->type == WIRE_START && !ss->begun) {
        session_start(ss, q, deadline, a);
        return true;
    }
    if (q->type == WIRE_CALLER && ss->started) {
        caller_answer(ss, deadline, a);
        return true;
    }
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
        if (q->type == calls[i].type && ss->started) {
            answer_call(ss, calls[i].action, q, deadline, a);
            return true;
        }
    return false;
}

int
serve_run(int fd, const struct clock *clock)
{
    struct session ss = {.clock = clock};
    struct err e = ERR_INIT;
    int rc = 0;

    while (rc == 0) {
        struct frame q = {0}, a = {0};

        if (frame_recv(&q, fd, WIRE_NET_REQUEST_MAX, clock, clock->mono_ms() + REQUEST_WAIT_MS,
                       &e) != 0) {
            frame_free(&q);
            rc = e.code == ERR_ABSENT ? 0 : -1;
            break;
        }
        frame_init(&a, WIRE_RESULT, WIRE_NET_ANSWER_MAX);
        if (!dispatch(&ss, &q, &a))
            rc = -1;
        session_put_skew(&ss, &a);
        if (rc == 0 && frame_send(&a, fd, clock, clock->mono_ms() + ANSWER_SEND_MS, &e) != 0)
            rc = -1;
        frame_free(&q);
        frame_free(&a);
    }
    session_free(&ss);
    return rc;
}
