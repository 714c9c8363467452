/*
 * unit: one setting of a systemd unit, as far as a comparison needs it: of the unit's file and its
 * drop-ins the last line wins, and an empty one takes back those before it. Specifiers are not
 * expanded, and continued lines are not joined.
 */
#ifndef IAMLP_CLI_UNIT_H
#define IAMLP_CLI_UNIT_H

#include <stdbool.h>
#include <stddef.h>

enum {
    UNIT_VALUE_MAX = 1024
};

/* The value of `key` in the unit's file and drop-ins. false: there is no such unit here, or it
 * does not say; value is then "". */
bool unit_value(const char *unit, const char *key, char value[UNIT_VALUE_MAX]);

/* What a command line gives behind `--name`, or behind "--name=". false: nothing. The last one
 * counts. */
bool unit_option(const char *command, const char *name, char *out, size_t size);

#endif
