/*
 * option: every key of the configuration, one row each.
 *
 * Man page, sample and tests are held against this table.
 */
#ifndef IAMLP_CONF_OPTION_H
#define IAMLP_CONF_OPTION_H

#include <stddef.h>

#include "base/err.h"
#include "conf/conf.h"
#include "conf/value.h"

enum option_section {
    OPTION_LOGIN,
    OPTION_USERS, /* its keys are local names, so it has no rows */
    OPTION_RULE,
    OPTION_ACCOUNT,
    OPTION_PASSWORD,
    OPTION_AWS,
    OPTION_SECTIONS /* how many */
};

enum option_kind {
    OPTION_BOOL,     /* bool */
    OPTION_NUMBER,   /* unsigned */
    OPTION_DURATION, /* int64_t, seconds */
    OPTION_WORD,     /* an enum */
    OPTION_LIST,     /* struct conf_list */
    OPTION_STRING,   /* char *: checked by what uses it */
    OPTION_FORM,     /* char * */
    OPTION_PATH,     /* char * */
    OPTION_ENDPOINT, /* char *, URL_ENDPOINT */
    OPTION_PAGE,     /* char *, URL_PAGE */
    OPTION_PROXY,    /* char *, URL_PROXY */
    OPTION_TAG,      /* struct conf_account: require_tag_key, require_tag_value */
    OPTION_MATCH,    /* struct conf_rule: match, has_match */
};

enum option_flag {
    OPTION_EMPTY = 1, /* may be empty */
    OPTION_NONE = 2,  /* a duration that may be "none" */
};

struct option {
    enum option_section section;
    const char *key;
    enum option_kind kind;
    unsigned flags;
    size_t offset;                  /* of the field; 0 where the kind names the struct */
    struct value_range range;       /* of a number, of seconds, of characters */
    const struct value_word *words; /* OPTION_WORD */
    const struct value_form *form;  /* OPTION_FORM */
    const char *preset;             /* the default as it would be written; NULL: absent */
};

extern const struct option option_table[];
extern const size_t option_count;

/* The section of a header such as "rule staff", and where its NAME begins (""
 * for sections without one). -1: ERR_CONFIG with "what is wrong; how to mend it". */
int option_section_of(const char *header, enum option_section *section, const char **name,
                      struct err *e);

/* The row of a key. [aws] has the keys of [account NAME] too: the default account.
 * NULL: ERR_CONFIG with "what is wrong; how to mend it". */
const struct option *option_find(enum option_section section, const char *key, struct err *e);

/* Parse a value into its field of `base`, the struct of the row's section (struct
 * conf_rule, struct conf_account, else struct conf). -1: ERR_CONFIG with "what is
 * wrong; how to mend it", ERR_MEMORY. */
int option_set(const struct option *o, void *base, const char *value, struct err *e);

/* Give every field of that section its default. -1: ERR_MEMORY. */
int option_presets(enum option_section section, void *base, struct err *e);

/* Release every field of that section. */
void option_release(enum option_section section, void *base);

#endif
