/*
 * dispatch: the request goes out, and what comes back is printed.
 */
#ifndef IAMLP_DROPIN_DISPATCH_H
#define IAMLP_DROPIN_DISPATCH_H

#include "dropin/input.h"
#include "dropin/order.h"
#include "dropin/settings.h"

/* Find keys, make a password where one is to be generated, send, print. Returns an exit
 * status; everything has been said. */
int dispatch_run(const struct order *o, struct input *i, const struct settings *s, struct err *e);

#endif
