#include "net/refuse.h"

#include "wire/frame.h"

enum {
    WAIT_MS = 5 * 1000
};

int
refuse_start(int fd, const struct clock *clock, const struct err *why)
{
    int64_t deadline = clock->mono_ms() + WAIT_MS;
    struct frame q = {0}, a = {0};
    struct err e = ERR_INIT;
    int rc = -1;

    if (frame_recv(&q, fd, WIRE_NET_REQUEST_MAX, clock, deadline, &e) != 0)
        goto out;
    frame_init(&a, WIRE_RESULT, WIRE_NET_ANSWER_MAX);
    frame_put_number(&a, WIRE_F_FAULT, WIRE_FAULT_OTHER);
    frame_put_number(&a, WIRE_F_MAYBE_ACTED, 0);
    frame_put_text(&a, WIRE_F_CODE, "sandbox");
    frame_put_text(&a, WIRE_F_TEXT, why->msg);
    rc = frame_send(&a, fd, clock, deadline, &e);
out:
    frame_free(&q);
    frame_free(&a);
    return rc;
}
