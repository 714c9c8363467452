/*
 * param: the values of parameters: literal, or of a file, as the AWS CLI 2.9.19 reads them.
 */
#ifndef IAMLP_DROPIN_PARAM_H
#define IAMLP_DROPIN_PARAM_H

#include <stdbool.h>

#include "base/err.h"
#include "base/secret.h"

#define PARAM_FILE_MAX (1024 * 1024) /* bytes */

struct param {
    struct secret *value;
    bool bytes; /* of fileb://: not a text */
    bool file;  /* of file:// or fileb:// */
};

/* file://PATH is a text (UTF-8, line ends become "\n"), fileb://PATH is bytes, all else stands
 * for itself, http:// and https:// too. `option` is for sentences. -1: ERR_FORMAT, ERR_ABSENT,
 * ERR_SYSTEM, ERR_LIMIT, ERR_MEMORY. The value is the caller's. */
int param_load(const char *option, const char *text, struct param *p, struct err *e);

/* A whole file, or standard input where `path` is NULL. NULL as above. */
struct secret *param_read(const char *path, struct err *e);

/* A number as Python's int() reads it, held within what an int can: blanks around, a
 * sign, digits with single underscores between them. -1: it is none. */
int param_number(const char *text, int *number);

#endif
