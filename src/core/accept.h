/*
 * accept: the password that a person has just typed into passwd becomes that of the
 * console, too. Private to core.
 */
#ifndef IAMLP_CORE_ACCEPT_H
#define IAMLP_CORE_ACCEPT_H

#include "core/step.h"

/* With s->password typed: create with it where nothing has been created. People whom
 * the configuration does not serve, or who have had theirs, are told nothing. */
enum step accept_password(struct story *s);

#endif
