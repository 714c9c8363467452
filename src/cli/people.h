/*
 * people: the local users that `iamlp provision` of many is about, and what came of each.
 */
#ifndef IAMLP_CLI_PEOPLE_H
#define IAMLP_CLI_PEOPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/outcome.h"
#include "wire/wire.h"

#define PEOPLE_MAX (1024 * 1024)

enum people_result {
    PEOPLE_OPEN, /* not tried yet, or the run ended before that */
    /* of a plan */
    PEOPLE_CREATE, /* would get one */
    PEOPLE_RESUME, /* one is under way, and would be delivered */
    /* of both */
    PEOPLE_EXISTS,
    PEOPLE_REMOVED,
    PEOPLE_UNMAPPED,
    PEOPLE_LOST,
    PEOPLE_BLOCKED, /* would get one, and a policy keeps them from changing it without MFA */
    PEOPLE_WRONG,   /* somebody has to mend the configuration, the list or IAM */
    PEOPLE_FAILED,  /* it may work another time */
    /* of doing it */
    PEOPLE_CREATED,     /* and delivered */
    PEOPLE_UNDELIVERED, /* made, kept on this host, and to be delivered by the next run */
    PEOPLE_RESULTS
};

/* "create", "exists", ...; "not-tried" of PEOPLE_OPEN. */
const char *people_word(enum people_result r);

/* Is it one that somebody has to look at? */
bool people_amiss(enum people_result r);

struct people_row {
    char *name;
    char *iam_user; /* "" where unknown, as the two below */
    char *account;
    char *text; /* a sentence, printable */
    char code[41];
    enum people_result result;
    bool bystander; /* nobody asked for them; they may be mapped to the IAM user of somebody else */
    bool unreachable; /* the command that delivers has no way to them */
    int tries;
    int64_t again_ms; /* the next try begins then, by the monotonic clock; -1: it has begun */
};

struct people {
    struct people_row *rows; /* by name, each once */
    size_t count;
    size_t room;                   /* for so many rows there is memory */
    size_t counts[PEOPLE_RESULTS]; /* of the results; people_count fills it */
};

/* An open row of that name, which is copied. -1: ERR_LIMIT, ERR_MEMORY; `p` is to be freed in
 * any case. */
int people_add(struct people *p, const char *name, bool bystander, struct err *e);

/* Put the rows in order, each name once: nobody who was also added otherwise is a bystander. */
void people_settle(struct people *p);

/* Take the bystanders out. */
void people_dismiss(struct people *p);

/* What a story's end says: the result of MAP, PLAN or PROVISION; PEOPLE_OPEN: it goes on. */
enum people_result people_judge(enum wire_type task, enum outcome o, const char *code);

/* Is the end one that may be another in a moment, so that it is worth another try? */
bool people_may_pass(enum outcome o, const char *code);

/* Replace one of the row's texts by a printable copy of text[0..len). Without memory it is
 * "". */
void people_set(char **field, const char *text, size_t len);

/* Open rows that are mapped to one IAM user are wrong, all of them: which one is the
 * right one nobody here can tell. -1: ERR_MEMORY. */
int people_twins(struct people *p, struct err *e);

void people_count(struct people *p);
void people_free(struct people *p);

#endif
