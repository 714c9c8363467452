/*
 * pamd: a PAM service file as libpam reads it, line by line.
 *
 * PAMD-1  What libpam's versions read in different ways, or do not understand, MUST
 *         be a fault here: a line is only added to a file whose meaning is certain.
 * PAMD-2  What is added MUST come out again without a trace: pamd_remove() of what
 *         pamd_add() made is the first text, byte for byte.
 *
 * Nothing here opens a file.
 */
#ifndef IAMLP_PAMD_PAMD_H
#define IAMLP_PAMD_PAMD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "pamd/control.h"

#define PAMD_MARK   "# added by iamlp enable"
#define PAMD_ABOVE  ", with the newline above" /* behind it, where the text had none at its end */
#define PAMD_MODULE "pam_iamlp.so"

enum {
    PAMD_TEXT_MAX = 256 * 1024, /* bytes of a service file */
    PAMD_LINE_MAX = 1000,       /* libpam before 1.6 cuts a line after 1,023 bytes */
    PAMD_WORD_MAX = 256,
};

enum pamd_type {
    PAMD_AUTH,
    PAMD_ACCOUNT,
    PAMD_SESSION,
    PAMD_PASSWORD,
    PAMD_ANY, /* @include takes all four */
};

enum pamd_kind {
    PAMD_CALL,     /* a module is called */
    PAMD_INCLUDE,  /* another file's lines stand here */
    PAMD_SUBSTACK, /* another file's lines, which decide for themselves */
};

/* One line, continued ones joined. */
struct pamd_line {
    unsigned number;   /* of its first line in the file, from 1 */
    size_t begin, end; /* its bytes in the text, the last newline included */
    enum pamd_type type;
    enum pamd_kind kind;
    char control[64];           /* as written, for sentences; its end may be cut off */
    char target[PAMD_WORD_MAX]; /* the module or the file */
    char arguments[512];        /* behind it, as written; its end may be cut off */
    struct control does;        /* of a call; else all zero */
    bool ours;                  /* calls pam_iamlp.so */
    bool marked;                /* ... and was written by pamd_add */
};

/* Where a walk over a text stands. */
struct pamd_reader {
    const char *file; /* for sentences */
    const char *text;
    size_t len;
    size_t at;
    unsigned number;
};

/* Begin at the top. The text must outlive the reader. */
void pamd_begin(struct pamd_reader *r, const char *file, const char *text, size_t len);

/* The next line. 1; 0: the text is at its end; -1: ERR_FORMAT, the sentence with file and
 * line, and the reader stands after the faulty line, so that a walk may go on. */
int pamd_next(struct pamd_reader *r, struct pamd_line *line, struct err *e);

/* "auth", "account", "session", "password". */
const char *pamd_type_name(enum pamd_type type);

/* The value of the module's last argument NAME=VALUE, as libpam splits them, cut to size; ""
 * without one. */
void pamd_argument(const struct pamd_line *line, const char *name, char *out, size_t size);

/* Write our line into out, without a newline: "-session optional pam_iamlp.so # ...",
 * with `argument` behind the module unless it is NULL. */
void pamd_compose(enum pamd_type type, const char *argument, struct buf *out);

/* Append to out the text with `line` behind it, and a newline behind that: what others append
 * to a file must not become part of our comment. */
void pamd_add(const char *text, size_t len, const char *line, struct buf *out);

/* The number of the first line that calls our module, or is faulty and names it where it is no
 * comment; 0: none does. */
unsigned pamd_calls(const char *text, size_t len);

/* Append to out the text without its marked lines, and return how many those were.
 * A newline that pamd_add put above goes with its line unless something stands behind it now.
 * Faulty lines stay. *by_hand: as pamd_calls, of the lines that are not marked. */
unsigned pamd_remove(const char *text, size_t len, struct buf *out, unsigned *by_hand);

#endif
