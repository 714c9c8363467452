/*
 * subject: whose story it is: the local account, what the configuration makes of it,
 * and the record under its lock. Private to core.
 */
#ifndef IAMLP_CORE_SUBJECT_H
#define IAMLP_CORE_SUBJECT_H

#include "core/step.h"

/* Find the local account. */
enum step subject_find(struct story *s, const char *user);

/* Map it. -1: ERR_CONFIG, the configuration or what it says of this user is wrong. */
int subject_map(struct story *s, struct err *e);

/* As subject_map, for a story that ends without a mapping. */
enum step subject_mapped(struct story *s);

/* Take the user's lock. */
enum step subject_lock(struct story *s);

/* Read the record, and decide whether it counts (STORE-3, RECORD-2): afterwards
 * s->record is either the user's own or a fresh one without a phase, for the mapping
 * as it is now. s->recorded: a login on this host has made it. */
enum step subject_load(struct story *s);

/* Write into the record what the configuration says now. */
void subject_refresh(struct story *s);

/* Was a create or update sent whose story is not finished? */
bool subject_under_way(const struct record *r);

#endif
