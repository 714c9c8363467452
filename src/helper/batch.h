/*
 * batch: one story after the other for `iamlp provision` of many users (wire/wire.h).
 *
 * The stories are the ordinary ones, one at a time, with the ordinary lock, record, journal
 * and hold; what is done at once is done by several of these processes. That was chosen over
 * one process with many requests in flight: the story stays the one that everybody's password
 * comes from, and a process that dies takes one user with it, not all.
 */
#ifndef IAMLP_HELPER_BATCH_H
#define IAMLP_HELPER_BATCH_H

#include "core/story.h"

/* Serve until the client goes away. The configuration is the one of the beginning. */
enum outcome batch_serve(const struct story_world *w);

#endif
