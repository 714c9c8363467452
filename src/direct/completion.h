/*
 * completion: the verbs and options of iamlp as a shell completes them, from the tables that
 * their command lines are read by.
 */
#ifndef IAMLP_DIRECT_COMPLETION_H
#define IAMLP_DIRECT_COMPLETION_H

#include <stddef.h>

#include "cli/verb.h"
#include "dropin/offer.h"

struct completion_verb {
    const char *name;
    const char *operand; /* "USER", "SERVICE", "bash|zsh|fish", ...; "": none is completed */
    const char *help;
    size_t count;
    struct {
        char name[ORDER_NAME_SIZE]; /* with its dashes */
        const char *value;          /* "PATH", "one|two", ...; NULL: it is a flag */
        const char *help;           /* "": there is none */
    } options[ORDER_OPTIONS_MAX];
};

/* The verbs, from 0. false: there is none any more. */
bool completion_at(size_t at, struct completion_verb *v);

/* What a value or an operand is. */
enum completion_kind {
    COMPLETION_ANY, /* nothing is known of it */
    COMPLETION_WORDS,
    COMPLETION_FILE,
    COMPLETION_FOLDER,
    COMPLETION_USER,
    COMPLETION_GROUP,
    COMPLETION_SERVICE, /* a name in /etc/pam.d */
};

enum completion_kind completion_kind(const char *value);

/* Print "one|two" to stdout as "one two". */
void completion_words(const char *value);

/* Print text to stdout with a backslash in front of each of those characters, and as what stands
 * between single quotes of a POSIX shell, or (`fish`) of fish. */
void completion_quoted(const char *text, const char *characters, bool fish);

/* iamlp completion SHELL. */
verb_run completion_run;

/* Print the script (complete_bash.c and so on). */
void complete_bash_print(void);
void complete_zsh_print(void);
void complete_fish_print(void);

#endif
