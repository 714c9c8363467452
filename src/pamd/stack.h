/*
 * stack: all that libpam runs of one type for a service, included files and all, and
 * whether one more line at its end would change what it decides.
 *
 * That line is `optional` and its module always answers PAM_IGNORE, which libpam passes
 * over without a trace. So it changes nothing but where
 *
 * STACK-1  the stack is empty: libpam then takes that of `other`, and would not any
 *          more; and a stack in which everybody answers PAM_IGNORE refuses;
 * STACK-2  a jump leads beyond the end: libpam refuses then, and would not any more.
 *
 * STACK-3  in the password stack, where it is the line that acts on what those before it have done:
 *         it is reached although they have refused (verdict.h).
 *
 * All MUST be refused. Jumps inside a substack cannot reach the line, nor can what a
 * substack decides keep it from being reached.
 */
#ifndef IAMLP_PAMD_STACK_H
#define IAMLP_PAMD_STACK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "pamd/pamd.h"

enum {
    STACK_LINES_MAX = 512,
};

/* Where included files come from. */
struct stack_source {
    /* Append to `text` the file that libpam reads for that name. -1: the sentence. */
    int (*load)(void *arg, const char *name, struct buf *text, struct err *e);
    void *arg;
};

struct stack_line {
    unsigned level; /* how many substacks around it */
    char file[128]; /* where it stands, cut where that is longer */
    struct pamd_line line;
};

struct stack {
    struct stack_line *lines; /* in the order in which they are run */
    size_t count;
};

/* Read the stack of that type from a service file's text. `file` names the file. -1:
 * ERR_FORMAT, ERR_LIMIT, ERR_MEMORY or what load() says; s is then empty. */
int stack_read(struct stack *s, const char *file, enum pamd_type type, const char *text, size_t len,
               const struct stack_source *from, struct err *e);

/* May our line stand at its end? 0; -1: ERR_DENIED, the sentence why not and the mend. */
int stack_judge(const struct stack *s, const char *service, enum pamd_type type, struct err *e);

/* The first line that calls our module already, or NULL. */
const struct stack_line *stack_ours(const struct stack *s);

/* The first line whose success keeps libpam from coming to the line of that index, or with the
 * stack's count to one more at its end; or NULL. */
const struct stack_line *stack_shortcut(const struct stack *s, size_t at);

/* The first line that counts our module in a jump, so that taking ours out would make it
 * land one farther; or NULL. */
const struct stack_line *stack_counted(const struct stack *s);

void stack_free(struct stack *s);

#endif
