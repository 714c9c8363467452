/*
 * reset: an operator gives somebody another password, with rights of their own; the host only
 * says for whom, and learns that it is so.
 *
 * RESET-1  While the operator is at it the user's lock MUST be held: a claim could show a
 *          password that is no longer good.
 */
#ifndef IAMLP_CORE_RESET_H
#define IAMLP_CORE_RESET_H

#include "core/step.h"

/* With the record loaded: ask, and with a yes it is done, and what was held is dropped. */
enum step reset_record(struct story *s);

#endif
