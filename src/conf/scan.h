/*
 * scan: the lines of the configuration, judged before iniparser reads them.
 *
 * iniparser has no line numbers and forgives too much: it folds case, cuts lines,
 * drops what follows '#', ';' or a quote, joins lines at a backslash, and its
 * releases differ (4.1 and 4.2 read "a\.b" differently). The scan accepts only a
 * smaller language in which there is nothing left to guess:
 *
 *   file    = *(line (LF / CR LF))          UTF-8, no line over CONF_LINE_MAX
 *   line    = blank / comment / section / entry
 *   comment = ("#" / ";") anything          on a line of its own
 *   section = "[" name "]"
 *   entry   = key "=" value                 after the first section
 *   value   = plain / <"> any <"> / "'" any "'"
 *
 * SCAN-1  A plain value MUST NOT hold '#', ';' or a quote; a quoted one MUST NOT
 *         hold a backslash or its own quote; no line MUST end in a backslash.
 * SCAN-2  Section names and keys MUST NOT hold capitals: iniparser folds them, so
 *         "Alice" would be served as "alice".
 * SCAN-3  No section and no key within one MUST stand twice.
 * SCAN-4  Every line MUST be UTF-8 free of control characters (a tab counts as a
 *         blank) and of marks that reorder what an administrator sees.
 */
#ifndef IAMLP_CONF_SCAN_H
#define IAMLP_CONF_SCAN_H

#include <stddef.h>

#include "base/err.h"

struct scan_entry {
    const char *key;
    const char *value; /* without its quotes; "" when there is none */
    unsigned line;
};

struct scan_section {
    const char *name; /* between the brackets, such as "rule staff" */
    unsigned line;
    struct scan_entry *entries; /* in file order */
    size_t count;
};

struct scan {
    const char *path; /* borrowed; only names the file */
    struct scan_section *sections;
    size_t count;
    size_t entry_count;         /* of all sections */
    struct scan_entry *entries; /* owned; sections point into it */
    char *text;                 /* owned; names, keys and values point into it */
};

/* Scan text[0..len). `path` must outlive the scan. -1: ERR_CONFIG with
 * "PATH:LINE: what is wrong; how to mend it", or ERR_MEMORY; scan_free is safe
 * in both cases. */
int scan_text(struct scan *s, const char *path, const char *text, size_t len, struct err *e);
void scan_free(struct scan *s);

/* The line of `key` in `section`; 0 when it is not set. */
unsigned scan_line(const struct scan *s, const char *section, const char *key);

/* Set ERR_CONFIG with "PATH:LINE: " in front. Returns -1. */
int scan_fault(const struct scan *s, unsigned line, struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

#endif
