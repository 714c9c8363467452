/*
 * plan: a request worked out: how many characters, from which alphabet.
 *
 * The alphabet, and what is not in it:
 *
 *   0 O o   1 l I     read for each other in one font or another. Leaving one of
 *                     each in would not help: who sees an o still tries a 0.
 *   ! ^ $ & * ( ) [ ] { } | ' #
 *                     a shell's: history, expansion, globs, quotes, comments
 *   %                 printf's, cron's (a new line) and a URL's
 *   = # [ ]           an INI file's; zsh expands a leading =
 *   + - @             begin a formula in a spreadsheet, + is a space in a form
 *                     and @ ends the user in a URL; and a double click stops at
 *                     each of them in xterm, Windows Terminal, tmux and browsers,
 *                     so that half a password is pasted
 *
 * What remains of the symbols that count for IAM is the underscore, which all of
 * them take for part of a word. One symbol in an alphabet of 57 instead of five in
 * one of 61 costs 3 bits of 118 at 20 characters.
 */
#ifndef IAMLP_PWGEN_PLAN_H
#define IAMLP_PWGEN_PLAN_H

#include "base/err.h"
#include "pwgen/class.h"
#include "pwgen/pwgen.h"

struct plan {
    unsigned length;               /* characters, 6 to 128 */
    unsigned classes[CLASS_COUNT]; /* characters left of each; 0: the class is absent */
    char alphabet[64];             /* letters and digits first, NUL-terminated */
    unsigned size;                 /* characters in the alphabet */
    unsigned edge;                 /* the first so many may stand first and last */
};

/* Work out the request. -1: ERR_CONFIG with the reason it cannot be met. */
int plan_make(struct plan *p, const struct pwgen_request *r, struct err *e);

/* Is every class that the alphabet has among text[0..length)? */
bool plan_met(const struct plan *p, const char *text);

#endif
