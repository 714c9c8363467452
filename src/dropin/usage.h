/*
 * usage: what `iamlp VERB --help` prints, from iam's table.
 */
#ifndef IAMLP_DROPIN_USAGE_H
#define IAMLP_DROPIN_USAGE_H

#include "dropin/order.h"

/* On standard output; it fits a screen. */
void usage_print(const struct action *row);

#endif
