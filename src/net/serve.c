#include "net/serve.h"

#include <string.h>

#include "aws/endpoint.h"
#include "aws/http.h"
#include "cred/cred.h"
#include "iam/iam.h"
#include "wire/frame.h"

#define USER_AGENT "pam_iamlp/" IAMLP_VERSION

enum {
    REQUEST_WAIT_MS = 10 * 60 * 1000, /* a person may be thinking meanwhile */
    ANSWER_SEND_MS = 5 * 1000,
    MS_MAX = 120 * 1000,
};

/* What START set up. */
struct session {
    const struct clock *clock;
    struct http *http;
    struct retry retry;
    struct cred_set cred;
    struct endpoint endpoint;
    bool started;
};

/* ---- answers ---------------------------------------------------------------------------- */

static enum wire_fault
wire_fault_of(enum fault f)
{
    switch (f) {
    case FAULT_NONE:
        return WIRE_FAULT_NONE;
    case FAULT_NO_SUCH_ENTITY:
        return WIRE_FAULT_NO_SUCH_ENTITY;
    case FAULT_EXISTS:
        return WIRE_FAULT_EXISTS;
    case FAULT_POLICY:
        return WIRE_FAULT_POLICY;
    case FAULT_DENIED:
        return WIRE_FAULT_DENIED;
    case FAULT_CREDENTIALS:
    case FAULT_EXPIRED:
    case FAULT_SIGNATURE:
    case FAULT_CLOCK:
        return WIRE_FAULT_CREDENTIALS;
    case FAULT_THROTTLED:
        return WIRE_FAULT_THROTTLED;
    case FAULT_TIMEOUT:
        return WIRE_FAULT_TIMEOUT;
    case FAULT_NETWORK:
    case FAULT_TLS:
    case FAULT_PROXY:
    case FAULT_MALFORMED:
    case FAULT_SERVER:
        return WIRE_FAULT_NETWORK;
    case FAULT_LIMIT:
    case FAULT_UNMODIFIABLE:
    case FAULT_INVALID:
    case FAULT_OTHER:
        return WIRE_FAULT_OTHER;
    }
    return WIRE_FAULT_OTHER;
}

static void
put_optional(struct frame *f, enum wire_field id, const char *text)
{
    if (text[0] != '\0')
        frame_put_text(f, id, text);
}

static void
put_fault(struct frame *f, enum wire_fault fault, bool maybe_acted, const char *code,
          const char *text)
{
    frame_put_number(f, WIRE_F_FAULT, fault);
    frame_put_number(f, WIRE_F_MAYBE_ACTED, maybe_acted);
    put_optional(f, WIRE_F_CODE, code);
    put_optional(f, WIRE_F_TEXT, text);
}

/* A fault of ours, before anything was sent to AWS. */
static void
put_err(struct frame *f, const struct err *e)
{
    enum wire_fault fault = e->code == ERR_TIMEOUT   ? WIRE_FAULT_TIMEOUT
                            : e->code == ERR_NETWORK ? WIRE_FAULT_NETWORK
                                                     : WIRE_FAULT_CREDENTIALS;

    put_fault(f, fault, false, fault == WIRE_FAULT_CREDENTIALS ? "credentials" : "network", e->msg);
}

static void
put_user(struct frame *f, const struct iam_output *out, const char *tag_key)
{
    char partition[32] = "", account[13] = "";
    struct err e = ERR_INIT;

    if (iam_parse_arn(out->arn, partition, account, &e) != 0) {
        put_fault(f, WIRE_FAULT_NETWORK, false, "arn", e.msg);
        return;
    }
    put_fault(f, WIRE_FAULT_NONE, false, "", "");
    frame_put_text(f, WIRE_F_PARTITION, partition);
    frame_put_text(f, WIRE_F_ACCOUNT, account);
    frame_put_text(f, WIRE_F_PATH, out->path);
    if (out->password_last_used > 0)
        frame_put_number(f, WIRE_F_LAST_USED, out->password_last_used);
    for (size_t i = 0; i < out->tag_count; i++)
        if (strcmp(out->tags[i].key, tag_key) == 0)
            frame_put_text(f, WIRE_F_TAG_VALUE, out->tags[i].value);
}

static void
put_profile(struct frame *f, const struct iam_output *out)
{
    put_fault(f, WIRE_FAULT_NONE, false, "", "");
    frame_put_number(f, WIRE_F_CREATED, out->create_date);
    frame_put_number(f, WIRE_F_RESET_REQUIRED, out->password_reset_required == IAM_TRUE);
}

static void
put_policy(struct frame *f, const struct iam_output *out)
{
    struct policy p;

    iam_policy(out, &p);
    put_fault(f, WIRE_FAULT_NONE, false, "", "");
    frame_put_number(f, WIRE_F_MIN_LENGTH, p.min_length);
    frame_put_number(f, WIRE_F_UPPER, p.upper);
    frame_put_number(f, WIRE_F_LOWER, p.lower);
    frame_put_number(f, WIRE_F_NUMBER, p.number);
    frame_put_number(f, WIRE_F_SYMBOL, p.symbol);
}

/* ---- START -------------------------------------------------------------------------------- */

/* What START says, copied out of the frame. */
struct start {
    char region[32], endpoint_url[256], profile[129], credentials_path[256], config_path[256];
    char imds_url[256], imds_role[129];
    struct secret *ca_pem, *credentials_file, *config_file;
};

static const char *
given(const char *text)
{
    return text[0] != '\0' ? text : NULL;
}

static void
read_start(const struct frame *q, struct start *s)
{
    struct err e = ERR_INIT;

    memset(s, 0, sizeof(*s));
    (void)frame_get_text(q, WIRE_F_REGION, s->region, sizeof(s->region));
    (void)frame_get_text(q, WIRE_F_ENDPOINT_URL, s->endpoint_url, sizeof(s->endpoint_url));
    (void)frame_get_text(q, WIRE_F_PROFILE, s->profile, sizeof(s->profile));
    (void)frame_get_text(q, WIRE_F_CREDENTIALS_PATH, s->credentials_path,
                         sizeof(s->credentials_path));
    (void)frame_get_text(q, WIRE_F_CONFIG_PATH, s->config_path, sizeof(s->config_path));
    (void)frame_get_text(q, WIRE_F_IMDS_URL, s->imds_url, sizeof(s->imds_url));
    (void)frame_get_text(q, WIRE_F_IMDS_ROLE, s->imds_role, sizeof(s->imds_role));
    s->ca_pem = frame_get_secret(q, WIRE_F_CA_PEM, &e);
    s->credentials_file = frame_get_secret(q, WIRE_F_CREDENTIALS_FILE, &e);
    s->config_file = frame_get_secret(q, WIRE_F_CONFIG_FILE, &e);
}

static void
free_start(struct start *s)
{
    secret_free(s->ca_pem);
    secret_free(s->credentials_file);
    secret_free(s->config_file);
}

static int
set_up(struct session *ss, const struct frame *q, const struct start *s, int64_t deadline,
       struct err *e)
{
    const struct http_options options = {
        .user_agent = USER_AGENT,
        .ca_pem = s->ca_pem != NULL ? secret_str(s->ca_pem) : NULL,
        .ca_len = s->ca_pem != NULL ? secret_len(s->ca_pem) : 0,
        .clock = ss->clock,
    };
    const struct cred_source source = {
        .choice = (enum cred_choice)frame_get_number(q, WIRE_F_CREDENTIALS, CRED_AUTO, CRED_IMDS,
                                                     CRED_AUTO),
        .credentials_file = s->credentials_file,
        .config_file = s->config_file,
        .credentials_path = s->credentials_path,
        .config_path = s->config_path,
        .profile = given(s->profile),
        .imds_endpoint_url = given(s->imds_url),
        .imds_role = given(s->imds_role),
    };
    struct cred_context context = {NULL, ss->clock, &ss->retry, deadline};
    struct endpoint_wish wish = {.url = given(s->endpoint_url)};

    retry_init(&ss->retry);
    ss->http = http_open(&options, e);
    context.http = ss->http;
    if (ss->http == NULL || cred_resolve(&source, &context, &ss->cred, e) != 0)
        return -1;
    wish.region = s->region[0] != '\0' ? s->region : cred_of(&ss->cred)->region;
    return endpoint_resolve(ENDPOINT_IAM, &wish, &ss->endpoint, e);
}

static void
answer_start(struct session *ss, const struct frame *q, int64_t deadline, struct frame *a)
{
    struct err e = ERR_INIT;
    struct start s;

    read_start(q, &s);
    if (set_up(ss, q, &s, deadline, &e) == 0) {
        ss->started = true;
        put_fault(a, WIRE_FAULT_NONE, false, "", "");
    } else {
        put_err(a, &e);
    }
    free_start(&s);
}

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
};

static void
put_success(struct frame *a, enum iam_action action, const struct iam_output *out,
            const char *tag_key)
{
    switch (action) {
    case IAM_GET_USER:
        put_user(a, out, tag_key);
        break;
    case IAM_GET_LOGIN_PROFILE:
    case IAM_CREATE_LOGIN_PROFILE:
        put_profile(a, out);
        break;
    case IAM_GET_ACCOUNT_PASSWORD_POLICY:
        put_policy(a, out);
        break;
    default:
        put_fault(a, WIRE_FAULT_NONE, false, "", "");
        break;
    }
}

static void
answer_call(struct session *ss, enum iam_action action, const struct frame *q, int64_t deadline,
            struct frame *a)
{
    const struct query_target target = {ss->http,  &ss->endpoint, &cred_of(&ss->cred)->key,
                                        ss->clock, deadline,      &ss->retry};
    char user[IAM_NAME_MAX], tag_key[129];
    struct query_answer answer = {0};
    struct iam_output out;
    struct iam_input in;
    struct secret *password = NULL;
    struct err e = ERR_INIT;

    iam_input_init(&in);
    if (frame_get_text(q, WIRE_F_IAM_USER, user, sizeof(user)))
        in.user_name = user;
    (void)frame_get_text(q, WIRE_F_TAG_KEY, tag_key, sizeof(tag_key));
    password = frame_get_secret(q, WIRE_F_PASSWORD, &e);
    in.password = password;
    if (password != NULL)
        in.password_reset_required = IAM_TRUE;
    err_clear(&e);
    if (iam_call(&target, action, &in, &out, &answer, &e) != 0) {
        put_err(a, &e);
    } else {
        if (answer.fault == FAULT_NONE)
            put_success(a, action, &out, tag_key);
        else
            put_fault(a, wire_fault_of(answer.fault), answer.maybe_acted, answer.code,
                      answer.message);
        put_optional(a, WIRE_F_REQUEST_ID, answer.request_id);
        if (answer.date > 0)
            frame_put_number(a, WIRE_F_DATE, answer.date);
        query_answer_free(&answer);
    }
    secret_free(password);
}

/* false: not a request that may come now. */
static bool
dispatch(struct session *ss, const struct frame *q, struct frame *a)
{
    int64_t ms = frame_get_number(q, WIRE_F_MS, 1, MS_MAX, -1);
    int64_t deadline = ss->clock->mono_ms() + ms;

    if (ms < 0)
        return false;
    if (q->type == WIRE_START && !ss->started && ss->http == NULL) {
        answer_start(ss, q, deadline, a);
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
        if (!dispatch(&ss, &q, &a) ||
            frame_send(&a, fd, clock, clock->mono_ms() + ANSWER_SEND_MS, &e) != 0)
            rc = -1;
        frame_free(&q);
        frame_free(&a);
    }
    cred_set_free(&ss.cred);
    http_close(ss.http);
    return rc;
}
