/*
 * start: what root reads and runs for iamlp-net, and the two frames it goes in. Private
 * to core.
 *
 * START-1  Every file MUST be trusted as base/fdio says; one that holds a secret MUST be
 *          closed to others. A web identity token may be readable: whoever issues it
 *          decides that, and it serves nobody but its role.
 * START-2  What a profile needs is named by iamlp-net and taken from it only where it
 *          stands, byte for byte, as a line KEY = TEXT of one of the files that root has
 *          read (PROGRAM-1), and only where the configuration lets profiles give keys.
 * START-3  A program or a token that failed is no end: another provider may have keys. The
 *          sentence goes with START, and the chain says it where it matters.
 */
#ifndef IAMLP_CORE_START_H
#define IAMLP_CORE_START_H

#include "core/ask.h"
#include "wire/frame.h"

#define START_PATH_MAX  256 /* bytes */
#define START_HOST_SIZE 256

struct start {
    struct secret *credentials_file;
    struct secret *config_file;
    struct secret *ca_pem;
    struct secret *proxy_auth;
    struct secret *container_token;
    struct secret *process_output;
    char process_fault[ERR_MSG_MAX]; /* "": none */
    struct secret *web_token;
    char web_token_path[START_PATH_MAX + 1];
    char web_token_fault[ERR_MSG_MAX];
};

/* This host's name, the whole of it: two hosts that differ in their domain only stay two.
 * "" where it has none. */
void start_host(char host[START_HOST_SIZE]);

/* Read the files that the configuration names, and note the state of the shared ones in
 * a->shared. -1: the sentence names key and file; `st` is in every case to be freed. */
int start_read(struct start *st, struct ask *a, struct err *e);

/* Are there shared files, so that FILES comes first? */
bool start_has_files(const struct start *st);

/* Write the frames. What does not fit sticks in the frame. */
void start_put_files(const struct start *st, const struct ask *a, struct frame *f);
void start_put(const struct start *st, const struct ask *a, struct frame *f);

/* Run and read what the answer to FILES asks for, until `deadline`. */
void start_provide(struct start *st, const struct ask *a, const struct frame *answer,
                   int64_t deadline);

void start_free(struct start *st);

#endif
