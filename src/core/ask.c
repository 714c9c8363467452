#include "core/ask.h"

#include <stdio.h>
#include <string.h>

#include "core/cache.h"
#include "core/result.h"
#include "core/start.h"
#include "wire/frame.h"

enum {
    GRACE_MS = 500,    /* iamlp-net answers within MS; what it takes to say so comes on top */
    SAY_MS = 150,      /* the same where a deadline leaves no more */
    PROVIDE_SHARE = 2, /* a program has this part of the time: what its keys are for comes after */
};

void
ask_close(struct ask *a)
{
    if (a->fd >= 0)
        a->starter->stop(a->fd, a->starter->arg);
    a->fd = -1;
    secret_free(a->told);
    a->told = NULL;
}

int
ask_left(const struct ask *a)
{
    int64_t left =
        a->deadline == INT64_MAX ? a->timeout_ms : a->deadline - a->clock->mono_ms() - SAY_MS;

    if (left > a->timeout_ms)
        left = a->timeout_ms;
    return left > 0 ? (int)left : 0;
}

int64_t
ask_server_now(const struct ask *a)
{
    if (a->date == 0)
        return a->clock->wall_s();
    return a->date + (a->clock->mono_ms() - a->date_ms) / 1000;
}

/* ---- one question, one answer ------------------------------------------------------ */

static void
note_clock(struct ask *a, const struct frame *f)
{
    int64_t date = frame_get_number(f, WIRE_F_DATE, 1, WIRE_TIME_MAX, 0);

    if (date > 0) {
        a->date = date;
        a->date_ms = a->clock->mono_ms();
    }
    a->skew = frame_get_number(f, WIRE_F_SKEW, -WIRE_TIME_MAX, WIRE_TIME_MAX, a->skew);
    a->throttled += (int)frame_get_number(f, WIRE_F_THROTTLED, 1, 100, 0);
}

/* Send a request and take its answer, the caller's to free; the frame is consumed. A link
 * that failed is closed: the next question starts a new iamlp-net. false: a fault. */
static bool
exchange(struct ask *a, struct frame *f, bool acts, struct ask_answer *r, struct frame *reply)
{
    struct err e = ERR_INIT;
    int64_t deadline = a->clock->mono_ms() + ask_left(a) + GRACE_MS;

    memset(reply, 0, sizeof(*reply));
    if (deadline > a->deadline)
        deadline = a->deadline;

    if (frame_send(f, a->fd, a->clock, deadline, &e) != 0 ||
        frame_recv(reply, a->fd, WIRE_NET_ANSWER_MAX, a->clock, deadline, &e) != 0) {
        result_failed(r, &e, acts);
        ask_close(a);
    } else if (reply->type != WIRE_RESULT) {
        err_set(&e, ERR_FORMAT, "sent frame %d instead of a result", (int)reply->type);
        result_failed(r, &e, acts);
        ask_close(a);
    } else {
        result_read(reply, r);
        note_clock(a, reply);
        cache_take(a, reply);
        /* REVOKED: what had been kept is not in use any more. */
        a->kept = a->kept && frame_get_number(reply, WIRE_F_REVOKED, 0, 1, 0) == 0;
    }
    frame_free(f);
    return r->fault == WIRE_FAULT_NONE;
}

/* ---- starting ------------------------------------------------------------------------- */

/* Is there time for a question? false: `r` says that it is up. */
static bool
in_time(const struct ask *a, struct ask_answer *r)
{
    struct err e = ERR_INIT;

    if (ask_left(a) > 0)
        return true;
    err_set(&e, ERR_TIMEOUT, "the time for this login is up");
    result_failed(r, &e, false);
    return false;
}

/* Nothing has been sent to AWS: something is missing on this host. */
static void
not_started(struct ask *a, struct ask_answer *r, const struct err *e)
{
    memset(r, 0, sizeof(*r));
    r->fault = WIRE_FAULT_CREDENTIALS;
    (void)snprintf(r->code, sizeof(r->code), "start");
    memcpy(r->text, e->msg, sizeof(r->text));
    ask_close(a);
}

/* FILES, and what its answer asks for; or START. */
static bool
give(struct ask *a, struct start *st, enum wire_type type, struct ask_answer *r)
{
    struct frame f, reply;
    size_t len;
    bool well;

    frame_init(&f, type, WIRE_NET_REQUEST_MAX);
    if (type == WIRE_FILES)
        start_put_files(st, a, &f);
    else
        start_put(st, a, &f);
    a->kept = f.fault == ERR_OK && (frame_get(&f, WIRE_F_BASE, &len) != NULL ||
                                    frame_get(&f, WIRE_F_ROLE, &len) != NULL);
    well = exchange(a, &f, false, r, &reply);
    if (well && type == WIRE_FILES)
        start_provide(st, a, &reply, a->clock->mono_ms() + ask_left(a) / PROVIDE_SHARE);
    frame_free(&reply);
    return well;
}

/* A new iamlp-net, with credentials. What is missing on this host says nothing about AWS
 * (BREAKER-4), nor does an iamlp-net that died before it answered, nor what has taken this
 * host all of the time. */
static bool
begin(struct ask *a, struct ask_answer *r)
{
    struct err e = ERR_INIT;
    struct start st = {0};
    bool well = false, counts = false;

    a->kept = false;
    if (start_read(&st, a, &e) != 0 || (a->fd = a->starter->start(a->starter->arg, &e)) < 0) {
        not_started(a, r, &e);
    } else if (start_has_files(&st) && !give(a, &st, WIRE_FILES, r)) {
        counts = true;
    } else if (in_time(a, r)) {
        counts = true;
        well = give(a, &st, WIRE_START, r);
    }
    start_free(&st);
    a->started_ms = a->clock->mono_ms();
    if (well)
        return true;
    if (counts && !result_reached(r) && (a->fd >= 0 || r->fault == WIRE_FAULT_TIMEOUT)) {
        a->questions++;
        a->reached = false;
    }
    if (a->kept)
        cache_drop(a);
    ask_close(a);
    return false;
}

/* Make sure that iamlp-net runs and has credentials, and that there is time to ask it. On
 * failure `r` says why, and nothing has been sent to IAM. */
static bool
ensure_started(struct ask *a, struct ask_answer *r)
{
    if (!in_time(a, r)) {
        if (a->questions > 0)
            a->reached = false;
        return false;
    }
    if (a->fd < 0 && !begin(a, r))
        return false;
    a->questions++;
    if (in_time(a, r))
        return true;
    a->reached = false;
    return false;
}

/* ---- the questions ---------------------------------------------------------------------- */

/* Remember what iamlp-net is about to be told. */
static bool
tell(struct ask *a, const struct secret *password, struct ask_answer *r)
{
    struct err e = ERR_INIT;

    secret_free(a->told);
    a->told = secret_from(secret_str(password), secret_len(password), &e);
    if (a->told == NULL)
        result_failed(r, &e, false);
    return a->told != NULL;
}

/* ASK-4. Nothing but the whole password is looked for: an iamlp-net that means to give it away
 * has the network for that. */
static void
silence(const struct ask *a, struct ask_answer *r)
{
    char *const said[] = {r->text, r->code, r->request_id, r->path, r->tag_value};
    bool found = false;

    if (a->told == NULL)
        return;
    for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
        found = found || strstr(said[i], secret_str(a->told)) != NULL;
    if (!found)
        return;
    for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
        said[i][0] = '\0';
    (void)snprintf(r->text, sizeof(r->text), "an answer that repeats the password");
}

/* What a question is made of; NULL and false: left out. */
struct question {
    enum wire_type type;
    const char *iam_user, *tag_key, *tag_value;
    const struct secret *password;
    const char *arn, *actions, *resource;
    bool without_mfa;
};

/* ASK-5. A session that was revoked is denied everything, and keys of another account find no
 * such user. Many hosts have no right to set a tag or to simulate: that is no sign. */
static bool
doubts_keys(const struct question *q, const struct ask_answer *r)
{
    return r->fault == WIRE_FAULT_CREDENTIALS ||
           (r->fault == WIRE_FAULT_DENIED && q->type != WIRE_TAG_USER &&
            q->type != WIRE_SIMULATE) ||
           (r->fault == WIRE_FAULT_NO_SUCH_ENTITY && q->type == WIRE_GET_USER);
}

static void
question(struct ask *a, const struct question *q, struct ask_answer *r)
{
    bool acts = q->password != NULL || q->type == WIRE_TAG_USER;
    struct frame f, reply;

    if (!ensure_started(a, r))
        return;
    if (q->password != NULL && !tell(a, q->password, r))
        return;
    frame_init(&f, q->type, WIRE_PERSON_MAX);
    frame_put_number(&f, WIRE_F_MS, ask_left(a));
    frame_put_text(&f, WIRE_F_IAM_USER, q->iam_user);
    frame_put_text(&f, WIRE_F_TAG_KEY, q->tag_key);
    frame_put_text(&f, WIRE_F_TAG_VALUE, q->tag_value);
    frame_put_text(&f, WIRE_F_ARN, q->arn);
    frame_put_text(&f, WIRE_F_ACTIONS, q->actions);
    frame_put_text(&f, WIRE_F_RESOURCE, q->resource);
    if (q->without_mfa)
        frame_put_number(&f, WIRE_F_MFA, 0);
    frame_put_secret(&f, WIRE_F_PASSWORD, q->password);
    (void)exchange(a, &f, acts, r, &reply);
    frame_free(&reply);
    if (a->kept && doubts_keys(q, r))
        cache_drop(a);
    a->reached = result_reached(r);
    silence(a, r);
}

/* Most are about one user. */
static void
about_user(struct ask *a, enum wire_type type, const char *iam_user, const char *tag_key,
           const struct secret *password, struct ask_answer *r)
{
    const struct question q = {
        .type = type, .iam_user = iam_user, .tag_key = tag_key, .password = password};

    question(a, &q, r);
}

void
ask_user(struct ask *a, const char *iam_user, const char *tag_key, struct ask_answer *r)
{
    about_user(a, WIRE_GET_USER, iam_user, tag_key, NULL, r);
}

void
ask_login_profile(struct ask *a, const char *iam_user, struct ask_answer *r)
{
    about_user(a, WIRE_GET_LOGIN_PROFILE, iam_user, NULL, NULL, r);
}

void
ask_create(struct ask *a, const char *iam_user, const struct secret *password, struct ask_answer *r)
{
    about_user(a, WIRE_CREATE_LOGIN_PROFILE, iam_user, NULL, password, r);
}

void
ask_update(struct ask *a, const char *iam_user, const struct secret *password, struct ask_answer *r)
{
    about_user(a, WIRE_UPDATE_LOGIN_PROFILE, iam_user, NULL, password, r);
}

void
ask_policy(struct ask *a, struct ask_answer *r)
{
    about_user(a, WIRE_GET_PASSWORD_POLICY, NULL, NULL, NULL, r);
}

void
ask_caller(struct ask *a, struct ask_answer *r)
{
    about_user(a, WIRE_CALLER, NULL, NULL, NULL, r);
}

void
ask_simulate(struct ask *a, const struct ask_imagined *i, struct ask_answer *r)
{
    const struct question q = {.type = WIRE_SIMULATE,
                               .tag_key = i->tag_key,
                               .tag_value = i->tag_value,
                               .arn = i->arn,
                               .actions = i->actions,
                               .resource = i->resource,
                               .without_mfa = i->without_mfa};

    question(a, &q, r);
}

void
ask_tag(struct ask *a, const char *iam_user, const char *key, const char *value, int ms,
        struct ask_answer *r)
{
    const struct question q = {
        .type = WIRE_TAG_USER, .iam_user = iam_user, .tag_key = key, .tag_value = value};
    bool was_reached = a->reached;
    int timeout_ms = a->timeout_ms;

    if (ms < timeout_ms)
        a->timeout_ms = ms;
    question(a, &q, r);
    a->timeout_ms = timeout_ms;
    a->reached = was_reached;
}
