/*
 * The frames of wire/wire.h, byte by byte, as every program receives them: what is accepted
 * is, field by field, what was sent, and kept credentials are of the form that they have.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"
#include "wire/frame.h"
#include "wire/kept.h"

enum {
    FIELDS = 256,
    HEADER = 8
};

/* The same fields, written anew. */
static void
write_again(const struct frame *f)
{
    size_t sum = 0, len = 0;
    struct err e = ERR_INIT;
    struct frame copy, read;
    const struct secret *bytes = NULL;

    frame_init(&copy, f->type, secret_len(f->bytes));
    for (int id = 0; id < FIELDS; id++) {
        const char *p = frame_get(f, (enum wire_field)id, &len);

        if (p == NULL)
            continue;
        sum += 5 + len;
        frame_put(&copy, (enum wire_field)id, p, len);
    }
    FUZZ_HOLDS(sum + HEADER == secret_len(f->bytes));
    bytes = frame_bytes(&copy, &e);
    FUZZ_HOLDS(bytes != NULL && secret_len(bytes) == secret_len(f->bytes));
    FUZZ_HOLDS(frame_parse(&read, bytes, &e) == 0 && read.type == f->type);
    frame_free(&read);
    frame_free(&copy);
}

static void
read_fields(const struct frame *f)
{
    char text[32];
    struct err e = ERR_INIT;

    for (int id = 0; id < FIELDS; id++) {
        enum wire_field field = (enum wire_field)id;
        size_t len = 0;
        const char *p = frame_get(f, field, &len);
        int64_t n = frame_get_number(f, field, -5, 1000, -7);
        struct secret *s = frame_get_secret(f, field, &e);

        FUZZ_HOLDS((s != NULL) == (p != NULL));
        FUZZ_HOLDS(s == NULL || (secret_len(s) == len && memcmp(secret_str(s), p, len) == 0));
        FUZZ_HOLDS(n == -7 || (p != NULL && len == 8 && n >= -5 && n <= 1000));
        if (frame_get_text(f, field, text, sizeof(text)))
            FUZZ_HOLDS(p != NULL && strlen(text) == len && memcmp(text, p, len) == 0);
        else
            FUZZ_HOLDS(text[0] == '\0');
        secret_free(s);
    }
}

static void
read_kept(const struct frame *f, enum wire_field first)
{
    struct err e = ERR_INIT;
    struct kept k, again;
    struct frame copy;

    if (kept_get(f, first, &k, &e) != 0) {
        fuzz_failed(&e);
        FUZZ_HOLDS(k.secret == NULL && k.token == NULL && k.id[0] == '\0');
        return;
    }
    FUZZ_HOLDS(kept_is_id(k.id) && k.expires > 0 && k.secret != NULL && secret_len(k.secret) > 0);
    frame_init(&copy, WIRE_START, KEPT_MAX);
    kept_put(&copy, first, &k);
    FUZZ_HOLDS(copy.fault == ERR_OK && kept_get(&copy, first, &again, &e) == 0);
    FUZZ_HOLDS(strcmp(again.id, k.id) == 0 && again.expires == k.expires);
    FUZZ_HOLDS(secret_len(again.secret) == secret_len(k.secret));
    kept_free(&again);
    kept_free(&k);
    frame_free(&copy);
}

/* Over a socket it is the same, and what stands behind it is still there. */
static void
receive(const uint8_t *data, size_t size, bool well)
{
    int fds[2];
    struct err e = ERR_INIT;
    struct frame f;
    int rc;

    FUZZ_HOLDS(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
    FUZZ_HOLDS(size == 0 || write(fds[0], data, size) == (ssize_t)size);
    FUZZ_HOLDS(shutdown(fds[0], SHUT_WR) == 0);
    rc = frame_recv(&f, fds[1], WIRE_PERSON_MAX, &fuzz_clock, INT64_MAX, &e);
    FUZZ_HOLDS(!well || rc == 0);
    if (rc != 0)
        fuzz_failed(&e);
    frame_free(&f);
    (void)close(fds[0]);
    (void)close(fds[1]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err e = ERR_INIT;
    struct secret *bytes = secret_from(data, size, &e);
    struct frame f;
    bool well;

    if (size > WIRE_PERSON_MAX || bytes == NULL)
        goto out;
    well = frame_parse(&f, bytes, &e) == 0;
    if (well) {
        read_fields(&f);
        write_again(&f);
        read_kept(&f, WIRE_F_BASE);
        read_kept(&f, WIRE_F_ROLE);
    } else {
        fuzz_failed(&e);
    }
    frame_free(&f);
    receive(data, size, well);
out:
    secret_free(bytes);
    return 0;
}
