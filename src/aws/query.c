#include "aws/query.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "aws/uri.h"
#include "aws/xml.h"
#include "base/text.h"

#define CONTENT_TYPE "application/x-www-form-urlencoded; charset=utf-8"
#define HEAD_MAX     (32 * 1024) /* bytes of all header lines */
#define LINES        5           /* of them, at most */

struct secret *
query_begin(const char *action, const char *version, struct err *e)
{
    struct secret *body = secret_new(QUERY_BODY_MAX, e);

    if (body != NULL && (secret_append(body, "Action=", 7, e) != 0 ||
                         uri_encode(body, action, strlen(action), e) != 0 ||
                         query_add(body, "Version", version, strlen(version), e) != 0)) {
        secret_free(body);
        body = NULL;
    }
    return body;
}

int
query_add(struct secret *body, const char *name, const char *value, size_t len, struct err *e)
{
    size_t before = secret_len(body);

    if (secret_append(body, "&", 1, e) == 0 && uri_encode(body, name, strlen(name), e) == 0 &&
        secret_append(body, "=", 1, e) == 0 && uri_encode(body, value, len, e) == 0)
        return 0;
    secret_truncate(body, before);
    return -1;
}

/* ---- the request ----------------------------------------------------------------- */

/* Append "Name: value" and a NUL. */
static int
add_line(struct secret *head, const char *name, const char *value, struct err *e)
{
    if (secret_append(head, name, strlen(name), e) != 0 || secret_append(head, ": ", 2, e) != 0)
        return -1;
    return secret_append(head, value, strlen(value) + 1, e);
}

static int64_t
signing_time(const struct query_target *t)
{
    return t->clock->wall_s() + (t->retry != NULL ? t->retry->skew_s : 0);
}

static int
add_signature(const struct query_target *t, const char *path, const struct secret *body,
              struct secret *head, struct err *e)
{
    const struct secret *token = t->key->session_token;
    const struct sigv4_request r = {
        .method = "POST",
        .host = t->endpoint->host,
        .path = path,
        .content_type = CONTENT_TYPE,
        .body = secret_str(body),
        .body_len = secret_len(body),
        .region = t->endpoint->region,
        .service = t->endpoint->service,
        .time = signing_time(t),
    };
    struct sigv4_steps s;
    int rc = -1;

    if (sigv4_sign(&r, t->key, &s, e) != 0 || add_line(head, "X-Amz-Date", s.amz_date, e) != 0 ||
        add_line(head, "Authorization", buf_str(&s.authorization), e) != 0)
        goto out;
    if (token != NULL && secret_len(token) > 0 &&
        add_line(head, "X-Amz-Security-Token", secret_str(token), e) != 0)
        goto out;
    rc = 0;
out:
    sigv4_steps_free(&s);
    return rc;
}

/* All header lines, each ended by a NUL, in one secret: a token is among them. */
static struct secret *
compose(const struct query_target *t, const struct secret *body, struct err *e)
{
    struct secret *head = NULL;
    struct uri u;

    if (uri_parse(t->endpoint->url, &u, e) != 0)
        return NULL;
    head = secret_new(HEAD_MAX, e);
    if (head != NULL && add_line(head, "Content-Type", CONTENT_TYPE, e) == 0 &&
        add_line(head, "Host", t->endpoint->host, e) == 0 &&
        (t->key == NULL || add_signature(t, u.path, body, head, e) == 0))
        return head;
    secret_free(head);
    return NULL;
}

/* ---- the answer ---------------------------------------------------------------------- */

/* Where an answer says what; the first non-empty one counts. */
static const struct {
    const char *path;
    size_t offset, size;
} fields[] = {
#define FIELD(path, member)                                                                        \
    {                                                                                              \
        path, offsetof(struct query_answer, member), sizeof(((struct query_answer *)0)->member)    \
    }
    FIELD("ErrorResponse/Error/Code", code),
    FIELD("ErrorResponse/Errors/Error/Code", code),
    FIELD("ErrorResponse/Error/Message", message),
    FIELD("ErrorResponse/Errors/Error/Message", message),
    FIELD("ErrorResponse/RequestId", request_id),
    FIELD("ErrorResponse/RequestID", request_id),
#undef FIELD
};

static int
on_element(const char *path, const char *text, void *arg)
{
    static const char in_success[] = "/ResponseMetadata/RequestId";
    struct query_answer *a = arg;
    const char *slash = strchr(path, '/');

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        char *to = (char *)a + fields[i].offset;

        if (strcmp(path, fields[i].path) == 0 && *to == '\0')
            text_clean(to, fields[i].size, text, strlen(text));
    }
    if (slash != NULL && strcmp(slash, in_success) == 0 && a->request_id[0] == '\0')
        text_clean(a->request_id, sizeof(a->request_id), text, strlen(text));
    return 0;
}

/* A definite no is one that AWS itself gave and that blames the request. All else
 * may come from something between us and a server that has acted: a 5xx even with
 * a throttling code (a front end may give up on a back end that goes on), a proxy's
 * page with any status, a 200 that cannot be read. */
static bool
is_definite(const struct query_answer *a)
{
    return a->status >= 400 && a->status < 500 && a->code[0] != '\0' && a->fault != FAULT_SERVER;
}

static void
judge(const char *host, const struct secret *body, struct query_answer *a)
{
    struct err unread = ERR_INIT;
    bool is_xml = xml_parse(secret_str(body), secret_len(body), on_element, a, &unread) == 0;

    if (!is_xml)
        a->code[0] = a->message[0] = '\0'; /* half a document proves nothing */
    if (a->status == 200)
        a->fault = is_xml && a->code[0] == '\0' ? FAULT_NONE : FAULT_MALFORMED;
    else
        a->fault = fault_classify(a->code, a->status, a->message);
    a->maybe_acted = a->fault != FAULT_NONE && !is_definite(a);
    if (a->code[0] == '\0' && a->fault != FAULT_NONE)
        (void)snprintf(a->message, sizeof(a->message), "%.100s answered %d, %s%.100s", host,
                       a->status, is_xml ? "but not as AWS does" : "", unread.msg);
}

/* No answer: what the transport said, as a fault. */
static int
no_answer(bool sent, const struct err *why, struct query_answer *a, struct err *e)
{
    if (!sent && (why->code == ERR_MEMORY || why->code == ERR_CONFIG))
        return err_set(e, why->code, "%s", why->msg);
    a->fault = why->code == ERR_TIMEOUT  ? FAULT_TIMEOUT
               : why->code == ERR_TRUST  ? FAULT_TLS
               : why->code == ERR_DENIED ? FAULT_PROXY
               : why->code == ERR_LIMIT  ? FAULT_MALFORMED
                                         : FAULT_NETWORK;
    a->maybe_acted = sent;
    text_clean(a->message, sizeof(a->message), why->msg, strlen(why->msg));
    return 0;
}

static int
attempt(const struct query_target *t, const struct secret *body, struct query_answer *a,
        struct err *e)
{
    struct secret *head = NULL;
    const char *lines[LINES + 1] = {NULL};
    struct http_request r = {"POST", t->endpoint->url, lines, body, t->deadline, false};
    struct http_answer got;
    struct err why = ERR_INIT;
    int rc = -1;

    memset(a, 0, sizeof(*a));
    head = compose(t, body, e);
    if (head == NULL)
        return -1;
    for (size_t i = 0, at = 0; i < LINES && at < secret_len(head); i++) {
        lines[i] = secret_str(head) + at;
        at += strlen(lines[i]) + 1;
    }
    if (http_send(t->http, &r, &got, &why) != 0) {
        rc = no_answer(got.sent, &why, a, e);
        goto out;
    }
    a->status = got.status;
    a->date = got.date;
    a->tls = got.tls;
    memcpy(a->request_id, got.request_id, sizeof(a->request_id));
    judge(t->endpoint->host, got.body, a);
    if (a->fault == FAULT_NONE) {
        a->body = got.body;
        got.body = NULL;
    }
    rc = 0;
out:
    http_answer_free(&got);
    secret_free(head);
    return rc;
}

/* ---- again --------------------------------------------------------------------------- */

/* Is there to be another attempt? Then it is paid for and waited for. */
static bool
again(const struct query_target *t, bool acts, struct query_answer *a, int *spent)
{
    struct retry *r = t->retry;
    struct retry_case c = {
        .attempt = a->attempts,
        .fault = a->fault,
        .harmless = !acts || !a->maybe_acted,
        .left_ms = clock_left_ms(t->clock, t->deadline),
        .behind_s = a->tls && a->date > 0 ? a->date - signing_time(t) : 0,
    };
    struct retry_plan p;

    if (r == NULL)
        return false;
    if (a->fault == FAULT_NONE) {
        retry_succeeded(r, *spent);
        return false;
    }
    p = retry_decide(r, &c, r->random());
    if (!p.again)
        return false;
    retry_follow(r, &p, &c);
    *spent += p.cost;
    if (p.correct)
        a->skew = r->skew_s;
    return true;
}

int
query_call(const struct query_target *t, const struct secret *body, bool acts,
           struct query_answer *a, struct err *e)
{
    struct query_answer next;
    struct err why = ERR_INIT;
    int spent = 0;

    if (attempt(t, body, a, e) != 0)
        return -1;
    a->attempts = 1;
    a->throttled = a->fault == FAULT_THROTTLED;
    while (again(t, acts, a, &spent)) {
        /* What was not even tried leaves the answer before as the last one. */
        if (attempt(t, body, &next, &why) != 0)
            break;
        next.attempts = a->attempts + 1;
        next.throttled = a->throttled + (next.fault == FAULT_THROTTLED);
        next.skew = a->skew;
        query_answer_free(a);
        *a = next;
    }
    return 0;
}

void
query_answer_free(struct query_answer *a)
{
    secret_free(a->body);
    memset(a, 0, sizeof(*a));
}
