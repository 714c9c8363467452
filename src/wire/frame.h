/*
 * frame: writing, sending, receiving and reading one frame of wire/wire.h.
 *
 * A frame's bytes live in a secret: any of them may be a password or a key.
 */
#ifndef IAMLP_WIRE_FRAME_H
#define IAMLP_WIRE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/outcome.h"
#include "base/secret.h"
#include "wire/wire.h"

struct frame {
    enum wire_type type;
    struct secret *bytes; /* header and payload */
    enum err_code fault;  /* sticks: the first frame_put that did not fit */
};

/* Begin a frame of at most `max` bytes. Failure sticks until frame_send. */
void frame_init(struct frame *f, enum wire_type type, size_t max);

/* Append a field. What is NULL is left out. */
void frame_put(struct frame *f, enum wire_field id, const void *data, size_t len);
void frame_put_text(struct frame *f, enum wire_field id, const char *text);
void frame_put_secret(struct frame *f, enum wire_field id, const struct secret *s);
void frame_put_number(struct frame *f, enum wire_field id, int64_t n);

/* Send it whole before `deadline`. -1: what stuck while it was written (ERR_LIMIT, ERR_MEMORY),
 * ERR_TIMEOUT, ERR_NETWORK (the peer is gone), ERR_SYSTEM. The frame is still the caller's to
 * free. */
int frame_send(struct frame *f, int fd, const struct clock *clock, int64_t deadline, struct err *e);

/* The bytes of the whole frame, which stay its own, to be put away. NULL: what stuck while it
 * was written. */
const struct secret *frame_bytes(struct frame *f, struct err *e);

/* Receive one frame of at most `max` bytes. Field lengths and duplicates are
 * checked here, so that reading cannot fail for form. -1: ERR_FORMAT, ERR_LIMIT,
 * ERR_MEMORY, ERR_TIMEOUT, ERR_NETWORK (the peer is gone; ERR_ABSENT if it left between
 * two frames), ERR_SYSTEM. `f` is always initialised, and to be freed. */
int frame_recv(struct frame *f, int fd, size_t max, const struct clock *clock, int64_t deadline,
               struct err *e);

/* As frame_recv, from the bytes of a frame that was put away: ERR_FORMAT, ERR_MEMORY. */
int frame_parse(struct frame *f, const struct secret *bytes, struct err *e);

/* The field's bytes inside the frame, or NULL when it is absent. */
const char *frame_get(const struct frame *f, enum wire_field id, size_t *len);

/* Copy a text into out[size]; false when it is absent, holds a NUL or does not
 * fit; out is then "". */
bool frame_get_text(const struct frame *f, enum wire_field id, char *out, size_t size);

/* A text made fit for a terminal or a log (base/text.h) in out[size], cut where it does not
 * fit, "" where it is absent. Returns out. */
const char *frame_get_clean(const struct frame *f, enum wire_field id, char *out, size_t size);

/* OUTCOME of an END; OUTCOME_ERROR where it says none. */
enum outcome frame_get_outcome(const struct frame *f);

/* A number within [low, high]; `absent` when it is missing or outside. */
int64_t frame_get_number(const struct frame *f, enum wire_field id, int64_t low, int64_t high,
                         int64_t absent);

/* A secret's own copy of the field; NULL when absent (ERR_ABSENT) or ERR_MEMORY. */
struct secret *frame_get_secret(const struct frame *f, enum wire_field id, struct err *e);

/* Wipe and release; safe on a frame that failed. */
void frame_free(struct frame *f);

#endif
