#include "wire/frame.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "base/text.h"

enum {
    HEADER = 8,
    FIELD_HEADER = 5,
    NUMBER = 8
};

static void
put_u32(char *p, uint32_t n)
{
    p[0] = (char)(n >> 24);
    p[1] = (char)(n >> 16);
    p[2] = (char)(n >> 8);
    p[3] = (char)n;
}

static uint32_t
get_u32(const char *p)
{
    const unsigned char *u = (const unsigned char *)p;

    return (uint32_t)u[0] << 24 | (uint32_t)u[1] << 16 | (uint32_t)u[2] << 8 | u[3];
}

void
frame_init(struct frame *f, enum wire_type type, size_t max)
{
    struct err e = ERR_INIT;
    char header[HEADER] = {'I', 'L', WIRE_VERSION, (char)type};

    f->type = type;
    f->bytes = secret_new(max, &e);
    if (f->bytes != NULL)
        (void)secret_append(f->bytes, header, sizeof(header), &e);
    f->fault = e.code;
}

void
frame_put(struct frame *f, enum wire_field id, const void *data, size_t len)
{
    struct err e = ERR_INIT;
    char *p;

    if (f->fault != ERR_OK || data == NULL)
        return;
    if (len > UINT32_MAX) {
        f->fault = ERR_LIMIT;
        return;
    }
    p = secret_extend(f->bytes, FIELD_HEADER + len, &e);
    if (p == NULL) {
        f->fault = e.code;
        return;
    }
    p[0] = (char)id;
    put_u32(p + 1, (uint32_t)len);
    if (len > 0)
        memcpy(p + FIELD_HEADER, data, len);
}

void
frame_put_text(struct frame *f, enum wire_field id, const char *text)
{
    if (text != NULL)
        frame_put(f, id, text, strlen(text));
}

void
frame_put_secret(struct frame *f, enum wire_field id, const struct secret *s)
{
    if (s != NULL)
        frame_put(f, id, secret_str(s), secret_len(s));
}

void
frame_put_number(struct frame *f, enum wire_field id, int64_t n)
{
    char b[NUMBER];

    put_u32(b, (uint32_t)((uint64_t)n >> 32));
    put_u32(b + 4, (uint32_t)(uint64_t)n);
    frame_put(f, id, b, sizeof(b));
}

/* Wait until fd is ready for `events`. */
static int
wait_for(int fd, short events, const struct clock *clock, int64_t deadline, struct err *e)
{
    for (;;) {
        struct pollfd p = {fd, events, 0};
        int left = clock_left_ms(clock, deadline), n;

        if (left == 0)
            return err_set(e, ERR_TIMEOUT, "no answer in time");
        n = poll(&p, 1, left);
        if (n > 0)
            return 0;
        if (n < 0 && errno != EINTR)
            return err_sys(e, "poll");
    }
}

/* Send or receive all of p[0..len). `started` tells an end between two frames
 * (ERR_ABSENT) from one inside (ERR_NETWORK). */
static int
transfer(int fd, bool out, char *p, size_t len, bool started, const struct clock *clock,
         int64_t deadline, struct err *e)
{
    size_t done = 0;

    while (done < len) {
        ssize_t n;

        if (wait_for(fd, out ? POLLOUT : POLLIN, clock, deadline, e) != 0)
            return -1;
        n = out ? send(fd, p + done, len - done, MSG_NOSIGNAL | MSG_DONTWAIT)
                : recv(fd, p + done, len - done, MSG_DONTWAIT);
        if (n > 0)
            done += (size_t)n;
        else if (n == 0)
            return err_set(e, started || done > 0 ? ERR_NETWORK : ERR_ABSENT,
                           "the other side went away");
        else if (errno != EINTR && errno != EAGAIN)
            return err_set(e, ERR_NETWORK, "the other side went away");
    }
    return 0;
}

const struct secret *
frame_bytes(struct frame *f, struct err *e)
{
    if (f->fault != ERR_OK) {
        err_set(e, f->fault, "a message does not fit its channel");
        return NULL;
    }
    /* The content is ours to patch: the length is known only now. */
    put_u32((char *)(uintptr_t)secret_str(f->bytes) + 4, (uint32_t)(secret_len(f->bytes) - HEADER));
    return f->bytes;
}

int
frame_send(struct frame *f, int fd, const struct clock *clock, int64_t deadline, struct err *e)
{
    const struct secret *bytes = frame_bytes(f, e);

    if (bytes == NULL)
        return -1;
    return transfer(fd, true, (char *)(uintptr_t)secret_str(bytes), secret_len(bytes), true, clock,
                    deadline, e);
}

/* Walk the fields of a received payload once: lengths and duplicates. */
static int
check_fields(const struct frame *f, struct err *e)
{
    const char *p = secret_str(f->bytes) + HEADER;
    size_t left = secret_len(f->bytes) - HEADER;
    bool seen[256] = {false};

    while (left > 0) {
        size_t len;

        if (left < FIELD_HEADER)
            return err_set(e, ERR_FORMAT, "a frame with half a field");
        len = get_u32(p + 1);
        if (len > left - FIELD_HEADER)
            return err_set(e, ERR_FORMAT, "a frame with a field longer than itself");
        if (seen[(unsigned char)p[0]])
            return err_set(e, ERR_FORMAT, "a frame with field %u twice", (unsigned char)p[0]);
        seen[(unsigned char)p[0]] = true;
        p += FIELD_HEADER + len;
        left -= FIELD_HEADER + len;
    }
    return 0;
}

/* Begin a frame that comes from elsewhere. Returns where its payload goes, *len bytes. */
static char *
take_header(struct frame *f, const char header[HEADER], size_t max, size_t *len, struct err *e)
{
    if (header[0] != 'I' || header[1] != 'L') {
        err_set(e, ERR_FORMAT, "not a frame");
        return NULL;
    }
    if (header[2] != WIRE_VERSION) {
        err_set(e, ERR_FORMAT,
                "a frame of version %d; this program speaks %d; "
                "both must come from one installation",
                header[2], WIRE_VERSION);
        return NULL;
    }
    *len = get_u32(header + 4);
    if (*len > max - HEADER) {
        err_set(e, ERR_LIMIT, "a frame of more than %zu bytes", max);
        return NULL;
    }
    f->type = (enum wire_type)(unsigned char)header[3];
    f->bytes = secret_new(max, e);
    if (f->bytes == NULL || secret_append(f->bytes, header, HEADER, e) != 0)
        return NULL;
    return secret_extend(f->bytes, *len, e);
}

int
frame_recv(struct frame *f, int fd, size_t max, const struct clock *clock, int64_t deadline,
           struct err *e)
{
    char header[HEADER], *p;
    size_t len;

    memset(f, 0, sizeof(*f));
    if (transfer(fd, false, header, HEADER, false, clock, deadline, e) != 0)
        return -1;
    p = take_header(f, header, max, &len, e);
    if (p == NULL || transfer(fd, false, p, len, true, clock, deadline, e) != 0)
        return -1;
    return check_fields(f, e);
}

int
frame_parse(struct frame *f, const struct secret *bytes, struct err *e)
{
    size_t len;
    char *p;

    memset(f, 0, sizeof(*f));
    if (secret_len(bytes) < HEADER)
        return err_set(e, ERR_FORMAT, "not a frame");
    p = take_header(f, secret_str(bytes), secret_len(bytes), &len, e);
    if (p == NULL)
        return -1;
    if (len != secret_len(bytes) - HEADER)
        return err_set(e, ERR_FORMAT, "half a frame");
    memcpy(p, secret_str(bytes) + HEADER, len);
    return check_fields(f, e);
}

const char *
frame_get(const struct frame *f, enum wire_field id, size_t *len)
{
    const char *p = secret_str(f->bytes) + HEADER, *end;

    end = secret_str(f->bytes) + secret_len(f->bytes);
    while (p < end) {
        *len = get_u32(p + 1);
        if ((unsigned char)p[0] == (unsigned)id)
            return p + FIELD_HEADER;
        p += FIELD_HEADER + *len;
    }
    *len = 0;
    return NULL;
}

bool
frame_get_text(const struct frame *f, enum wire_field id, char *out, size_t size)
{
    size_t len = 0;
    const char *p = frame_get(f, id, &len);

    out[0] = '\0';
    if (p == NULL || len >= size || memchr(p, '\0', len) != NULL)
        return false;
    memcpy(out, p, len);
    out[len] = '\0';
    return true;
}

const char *
frame_get_clean(const struct frame *f, enum wire_field id, char *out, size_t size)
{
    size_t len = 0;
    const char *p = frame_get(f, id, &len);

    text_clean(out, size, p != NULL ? p : "", len);
    return out;
}

enum outcome
frame_get_outcome(const struct frame *f)
{
    return (enum outcome)frame_get_number(f, WIRE_F_OUTCOME, OUTCOME_OK, OUTCOME_ERROR,
                                          OUTCOME_ERROR);
}

int64_t
frame_get_number(const struct frame *f, enum wire_field id, int64_t low, int64_t high,
                 int64_t absent)
{
    size_t len = 0;
    const char *p = frame_get(f, id, &len);
    int64_t n;

    if (p == NULL || len != NUMBER)
        return absent;
    n = (int64_t)((uint64_t)get_u32(p) << 32 | get_u32(p + 4));
    return n < low || n > high ? absent : n;
}

struct secret *
frame_get_secret(const struct frame *f, enum wire_field id, struct err *e)
{
    size_t len = 0;
    const char *p = frame_get(f, id, &len);

    if (p == NULL) {
        err_set(e, ERR_ABSENT, "a frame without field %d", (int)id);
        return NULL;
    }
    return secret_from(p, len, e);
}

void
frame_free(struct frame *f)
{
    secret_free(f->bytes);
    memset(f, 0, sizeof(*f));
}
