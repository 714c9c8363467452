/*
 * reset: iamlp reset USER, another password by the operator's rights: this host has none for it.
 */
#ifndef IAMLP_DIRECT_RESET_H
#define IAMLP_DIRECT_RESET_H

#include "cli/verb.h"

verb_run reset_run;

#endif
