/*
 * words: a command line read as the AWS CLI reads one.
 *
 * WORDS-1  As Python's argparse does it (3.11): `--opt value`, `--opt=value`, the last one
 *          wins, an unambiguous beginning of a name stands for it. A word that begins with a
 *          dash is an option, unless it is a dash, a negative number, or no option that is
 *          known and holds a space; any other value that begins with one needs `=`.
 * WORDS-2  What a parser does not know is left over, in its order, for the next one: global
 *          options are taken out first, wherever they stand.
 */
#ifndef IAMLP_DROPIN_WORDS_H
#define IAMLP_DROPIN_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define WORDS_MAX 256 /* words of a command line */

struct words {
    char *word[WORDS_MAX];
    size_t count;
};

enum words_arity {
    WORDS_FLAG,
    WORDS_VALUE,
    WORDS_MAYBE /* a value may follow */
};

struct words_option {
    char name[64]; /* with its dashes */
    enum words_arity arity;
    bool exact;          /* no beginning stands for it, and it makes none ambiguous */
    const char *flag;    /* what it gives without a value */
    const char *choices; /* "one|two"; NULL: any */
    const char **to;     /* where what it gives is left */
};

/* A word that is no option. */
enum words_place {
    WORDS_NEEDED,
    WORDS_OPTIONAL
};

struct words_parser {
    const struct words_option *options;
    size_t count;
    enum words_place place;
    const char *what; /* what that word is, for sentences */
    const char **to;
};

/* Parse; what is left over goes to `rest`, which may not be `in`. Values point into the
 * words. -1: ERR_FORMAT, the sentence naming the option, never a value. */
int words_parse(const struct words_parser *p, const struct words *in, struct words *rest,
                struct err *e);

#endif
