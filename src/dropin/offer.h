/*
 * offer: what a shell offers behind one of the drop-in's verbs: the options that are taken, but
 * for those that are only refused with a better sentence.
 */
#ifndef IAMLP_DROPIN_OFFER_H
#define IAMLP_DROPIN_OFFER_H

#include <stddef.h>

#include "dropin/order.h"

struct offer {
    char name[ORDER_NAME_SIZE]; /* with its dashes */
    const char *value;          /* "PATH", "one|two": what it takes; NULL: nothing */
};

/* Those of a verb; how many there are: 0 where there is no such verb. */
size_t offer_list(const char *verb, struct offer to[ORDER_OPTIONS_MAX]);

#endif
