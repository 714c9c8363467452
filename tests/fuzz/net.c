/*
 * iamlp-net whole: frames of iamlp-helper, and AWS's, IMDS's and a container's answers, as a
 * script. Each request has one answer, a RESULT that is clean and never holds a secret key,
 * and no request is sent to anybody before START.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "aws/http.h"
#include "fuzz.h"
#include "net/serve.h"
#include "script.h"
#include "wire/kept.h"

int __wrap_nanosleep(const struct timespec *time, struct timespec *left);

static struct script answers;
static bool opened; /* http_open was called, which START does */

struct http {
    int unused;
};

int
__wrap_nanosleep(const struct timespec *time, struct timespec *left)
{
    (void)time, (void)left;
    return 0;
}

/* ---- aws/http.h, without a network ------------------------------------------------------- */

struct http *
http_open(const struct http_options *o, struct err *e)
{
    struct http *h = calloc(1, sizeof(*h));

    FUZZ_HOLDS(o->user_agent != NULL && o->clock != NULL && !o->unverified);
    opened = true;
    if (h == NULL)
        err_set(e, ERR_MEMORY, "out of memory");
    return h;
}

void
http_close(struct http *h)
{
    free(h);
}

int
http_send(struct http *h, const struct http_request *r, struct http_answer *a, struct err *e)
{
    const char *body = "";
    size_t len = 0;

    FUZZ_HOLDS(h != NULL && opened && r->method != NULL && r->url != NULL);
    for (size_t i = 0; r->headers != NULL && r->headers[i] != NULL; i++)
        for (const char *p = r->headers[i]; *p != '\0'; p++)
            FUZZ_HOLDS((unsigned char)*p >= ' ' && *p != 0x7f);
    memset(a, 0, sizeof(*a));
    if (!script_answer(&answers, &a->status, &body, &len))
        return err_set(e, ERR_NETWORK, "cannot reach it");
    a->sent = true;
    if (a->status == 0)
        return err_set(e, ERR_TIMEOUT, "no answer in time");
    a->date = FUZZ_NOW + (a->status % 2 == 0 ? 0 : 1000);
    a->tls = true;
    a->body = secret_from(body, len < HTTP_BODY_MAX ? len : HTTP_BODY_MAX, e);
    return 0;
}

void
http_answer_free(struct http_answer *a)
{
    secret_free(a->body);
    memset(a, 0, sizeof(*a));
}

/* ---- what comes back ----------------------------------------------------------------- */

static void
check_text(const struct frame *f, enum wire_field id)
{
    char text[2048];

    if (frame_get_text(f, id, text, sizeof(text)))
        FUZZ_HOLDS(fuzz_clean(text, sizeof(text)));
}

/* What is given to be kept is of the form that root takes; but for the key's id, which some
 * who are not AWS write in small letters, and which is then not kept. */
static void
check_kept(const struct frame *f, enum wire_field first)
{
    struct err e = ERR_INIT;
    char id[KEPT_ID_MAX + 1];
    struct kept k;
    size_t len;

    if (frame_get(f, first, &len) == NULL)
        return;
    FUZZ_HOLDS(frame_get_text(f, first, id, sizeof(id)));
    FUZZ_HOLDS(kept_get(f, first, &k, &e) == 0 || !kept_is_id(id));
    kept_free(&k);
}

static void
check_result(const struct frame *f)
{
    FUZZ_HOLDS(f->type == WIRE_RESULT);
    FUZZ_HOLDS(frame_get_number(f, WIRE_F_FAULT, WIRE_FAULT_NONE, WIRE_FAULT_OTHER, -1) >= 0);
    check_text(f, WIRE_F_TEXT);
    check_text(f, WIRE_F_CODE);
    check_text(f, WIRE_F_REQUEST_ID);
    check_text(f, WIRE_F_PATH);
    check_text(f, WIRE_F_ARN);
    check_text(f, WIRE_F_TAG_VALUE);
    check_kept(f, WIRE_F_BASE);
    check_kept(f, WIRE_F_ROLE);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_string(data, size);
    struct err e = ERR_INIT;
    int fds[2] = {-1, -1};
    struct frame f;

    answers = (struct script){text, text + size};
    opened = false;
    script_socket(text, size, WIRE_NET_REQUEST_MAX, fds);
    (void)serve_run(fds[1], &fuzz_clock);
    FUZZ_HOLDS(shutdown(fds[1], SHUT_WR) == 0);
    while (frame_recv(&f, fds[0], WIRE_NET_ANSWER_MAX, &fuzz_clock, INT64_MAX, &e) == 0) {
        check_result(&f);
        frame_free(&f);
    }
    frame_free(&f);
    FUZZ_HOLDS(e.code == ERR_ABSENT || e.code == ERR_NETWORK);
    (void)close(fds[0]);
    (void)close(fds[1]);
    free(text);
    return 0;
}
