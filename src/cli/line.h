/*
 * line: the command line of iamlp's own verbs, read by one table; --help and the completions
 * (direct/completion.c) are made from the same one.
 */
#ifndef IAMLP_CLI_LINE_H
#define IAMLP_CLI_LINE_H

#include <stdbool.h>
#include <stddef.h>

/* What a verb's command line may hold. */
enum line_takes {
    LINE_ROOT = 1, /* where things are; such a verb needs root */
    LINE_JSON = 2,
    LINE_FORCE = 4,
    LINE_OPERATOR = 8, /* whose credentials, and what becomes of a password */
    LINE_MANY = 16,    /* who, how, and what becomes of the passwords */
    LINE_CLAIM = 32,
    LINE_ENABLE = 64,   /* needs root */
    LINE_DISABLE = 128, /* the same */
    LINE_POLICY = 256
};

/* What stood there; paths are the defaults of both programs where they were not given, the
 * other texts NULL. */
struct line {
    const char *verb;
    const char *operand; /* USER, SERVICE, ...; NULL where it may be missing and is */
    const char *conf;
    const char *state;
    const char *run;
    const char *helper;
    const char *timeout;
    const char *deliver, *deliver_timeout;                   /* LINE_OPERATOR, LINE_MANY */
    const char *profile, *region, *endpoint_url, *ca_bundle; /* LINE_OPERATOR */
    const char *group, *from, *jobs, *output;                /* LINE_MANY */
    const char *socket;                                      /* LINE_CLAIM */
    const char *only, *principal, *org;                      /* LINE_POLICY */
    bool all, apply, include_blocked;
    bool many; /* an option of LINE_MANY stood there, and no operand */
    bool automatic;
    bool account, session, password; /* LINE_ENABLE */
    bool json;
    bool force;
};

struct line_option {
    const char *name;  /* without its dashes */
    const char *value; /* "PATH", "table|csv|json": what is taken, and then nothing else; NULL:
                          it is a flag */
    unsigned of;       /* enum line_takes: whose option it is */
    size_t at;         /* in struct line: a text, or a bool */
    const char *help;
};

extern const struct line_option line_options[]; /* ends with a NULL name */

/* Read the command line of the verb that argv[0] is, and check that we are root where it needs
 * that. 0; else an exit status, with a sentence on stderr. */
int line_parse(struct line *l, int argc, char **argv);

/* How the verb is called, on stderr. Returns VERB_USAGE. */
int line_misused(const struct line *l);

/* What `iamlp VERB --help` says, on stdout; it fits a screen. */
void line_help(const char *verb);

#endif
