/*
 * show: the steps from a password that exists to one that somebody has read, or
 * that is known to be gone. Private to core.
 */
#ifndef IAMLP_CORE_SHOW_H
#define IAMLP_CORE_SHOW_H

#include "core/step.h"

/* `created`, or probably ours: show it, and when that is confirmed it is done. */
enum step show_password(struct story *s);

/* `lost`: made here, and no longer held. Said with what an operator can do, or made
 * anew where reissue allows it. */
enum step show_lost(struct story *s);

#endif
