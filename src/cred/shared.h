/*
 * shared: AWS's shared credentials file and config file, seen as one (cred/ini.h says how
 * each is read).
 *
 * SHARED-1  A profile is known if either file has it. Its settings are those of both
 *           files, and where both have one the credentials file's counts. Static keys alone
 *           are looked for in one file at a time: a pair never comes from two.
 * SHARED-2  A value that is used stands on one line; one that an indented line goes on
 *           with is refused, since in these files that can only be a mistake.
 */
#ifndef IAMLP_CRED_SHARED_H
#define IAMLP_CRED_SHARED_H

#include <stdbool.h>
#include <stddef.h>

#include "cred/cred.h"
#include "cred/ini.h"

struct shared_file {
    const char *path;
    struct ini *ini; /* NULL: not given */
};

struct shared {
    struct shared_file credentials, config;
};

/* One profile. Lives as long as its files. */
struct shared_profile {
    const struct shared *files;
    const struct ini_section *credentials, *config; /* NULL: it is not in this one */
    char name[INI_NAME_MAX + 1];
};

/* A setting and where it stands. */
struct shared_value {
    const char *key;
    const char *path;
    const struct ini_value *at; /* NULL: there is no such setting */
};

/* Parse what the source has; its bytes must outlive `f`. -1: as ini_parse, and `f`
 * still has to be closed. */
int shared_open(const struct cred_source *s, struct shared *f, struct err *e);
void shared_close(struct shared *f);

/* The profile; false where neither file knows it. */
bool shared_find(const struct shared *f, const char *name, struct shared_profile *p);

/* A sentence about a profile that is not there, ERR_DENIED. Returns -1. */
int shared_unknown(const struct shared *f, const char *name, struct err *e);

/* A setting of both files, or of one of them. */
struct shared_value shared_get(const struct shared_profile *p, const char *key);
struct shared_value shared_get_in(const struct shared_profile *p, const struct shared_file *file,
                                  const char *key);

/* "PATH:LINE: KEY why", ERR_FORMAT. Returns -1. */
int shared_fault(const struct shared_value *v, struct err *e, const char *why);

/* -1: ERR_FORMAT where the value goes on over several lines. */
int shared_one_line(const struct shared_value *v, struct err *e);

/* Copy it as a string of printable UTF-8, at most size - 1 bytes. -1: ERR_FORMAT (empty,
 * too long, not printable, over several lines), naming file, line and key. */
int shared_copy(const struct shared_value *v, char *out, size_t size, struct err *e);

#endif
