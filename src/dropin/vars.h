/*
 * vars: the environment of the person who typed the command. It is read here alone, and
 * taken away from the process before anything else happens: libcurl and OpenSSL obey
 * variables that nobody meant for them (aws/http.h, HTTP-2).
 */
#ifndef IAMLP_DROPIN_VARS_H
#define IAMLP_DROPIN_VARS_H

#include <stddef.h>

#include "base/err.h"

/* Once a process, first. -1: ERR_SYSTEM. */
int vars_take(struct err *e);

/* A variable; NULL where it is unset. */
const char *vars_get(const char *name);

/* As vars_get; NULL also where it is empty. */
const char *vars_filled(const char *name);

/* All of them, for a program that runs on the person's behalf. */
char *const *vars_all(void);

/* A path as the AWS CLI reads one: "~" and "~USER" at its start, then $NAME and ${NAME};
 * what is not set stays as it is written. -1: ERR_LIMIT. */
int vars_expand(const char *path, char *out, size_t size, struct err *e);

#endif
