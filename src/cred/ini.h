/*
 * ini: AWS's shared credentials and config files, read as botocore reads them:
 * by the rules of Python's configparser.
 *
 * INI-1  A section is "[" any text "]"; what follows the last "]" is ignored, the
 *        text is taken as it stands, case and blanks included.
 * INI-2  A key ends at the first "=" or ":"; keys are compared without case.
 * INI-3  A comment is a whole line that begins with "#" or ";", indented or not.
 *        Later in a line these are part of the value.
 * INI-4  A line indented deeper than the key before it continues that key's
 *        value, whatever it looks like; empty lines do not end it.
 * INI-5  A section or a key that stands twice, a line that is neither, and a key
 *        before the first section make the whole file invalid.
 * INI-6  The section DEFAULT (in capitals) is no profile; its keys count in every
 *        section of the file that does not have them.
 *
 * Intended differences: bytes that are not UTF-8 are no error here (values that
 * are used are checked by themselves), keys are folded in ASCII only, and a NUL
 * byte is an error. Nothing is copied: keys and values are slices of the text, so
 * the file's bytes stay in the one secret they were read into.
 */
#ifndef IAMLP_CRED_INI_H
#define IAMLP_CRED_INI_H

#include <stddef.h>

#include "base/err.h"

#define INI_LINES_MAX 10000 /* sections and keys of one file */
#define INI_NAME_MAX  255   /* bytes of a profile's name */

/* How a section names its profile: as "[NAME]" (but INI-6), or as "[default]" and
 * "[profile NAME]", where NAME may be quoted as in a shell. */
enum ini_dialect {
    INI_CREDENTIALS,
    INI_CONFIG
};

struct ini;
struct ini_section;

struct ini_value {
    const char *text; /* of the key's own line, without blanks around; not NUL-terminated */
    size_t len;
    unsigned line;      /* where the key stands */
    unsigned continued; /* the first line that goes on with the value; 0: none does */
};

/* Parse. `text` must outlive the result. `path` is for sentences, which are
 * "PATH:LINE: what is wrong; how to mend it" and quote nothing of the file. NULL:
 * ERR_FORMAT, ERR_LIMIT, ERR_MEMORY. */
struct ini *ini_parse(const char *text, size_t len, const char *path, struct err *e);
void ini_free(struct ini *f);

/* The section of a profile, or NULL. Where several name it, the last one does. */
const struct ini_section *ini_profile(const struct ini *f, enum ini_dialect dialect,
                                      const char *profile);

/* The value of `key` in a section, or else in DEFAULT; NULL when there is none.
 * A NULL section has no keys. */
const struct ini_value *ini_get(const struct ini *f, const struct ini_section *section,
                                const char *key);

#endif
