/*
 * value: one value of the configuration, from text to what the program uses.
 *
 * Each function parses the whole of `text` or returns -1 with ERR_CONFIG (or
 * ERR_MEMORY) and "what is wrong; how to mend it", to which the caller adds file,
 * line and key. No sentence quotes the text: somebody may have put a secret on
 * the wrong line. What was in the field before is released on success and kept
 * on failure.
 */
#ifndef IAMLP_CONF_VALUE_H
#define IAMLP_CONF_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "conf/conf.h"

struct value_range {
    int64_t min, max; /* both allowed */
};

/* A word and what it stands for. */
struct value_word {
    const char *word; /* NULL ends a table */
    unsigned value;
};

/* What a string must look like: an ERE for all of it. */
struct value_form {
    const char *ere;
    const char *mend;
};

/* "yes" or "no". */
int value_bool(const char *text, bool *field, struct err *e);

/* Decimal digits. */
int value_number(const char *text, struct value_range range, unsigned *field, struct err *e);

/* Digits and one of s, m, h, d, within a range of seconds; "none" is 0 where that
 * is allowed. */
int value_duration(const char *text, struct value_range range, bool none, int64_t *field,
                   struct err *e);

/* One of a table's words; its value goes to the enum at `field`. */
int value_word(const char *text, const struct value_word *words, void *field, struct err *e);

/* Words between commas, blanks around them dropped; "" is an empty list. */
int value_list(const char *text, struct conf_list *field, struct err *e);
void value_list_free(struct conf_list *list);

/* An absolute path. Whether the file can be trusted is asked when it is opened. */
int value_path(const char *text, char **field, struct err *e);

/* A string of that form and of so many characters. */
int value_form(const char *text, const struct value_form *form, struct value_range range,
               char **field, struct err *e);

/* KEY=VALUE of a tag, cut at the first '='. */
int value_tag(const char *text, char **key, char **value, struct err *e);

/* An ERE for the whole of a name. A group is put around it, so its own groups count from 2. */
int value_match(const char *text, regex_t *field, bool *has, struct err *e);

/* [ACCOUNT:]IAM_USER of a line in [users]; "" is the IAM user of nobody. */
int value_iam_user(const char *text, char **account, char **iam_user, struct err *e);

/* May IAM's user names hold that character? */
bool value_iam_char(char c);

/* Copy the string to *field, releasing what was there. -1: ERR_MEMORY. */
int value_string(const char *text, size_t len, char **field, struct err *e);

#endif
