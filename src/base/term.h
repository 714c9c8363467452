/*
 * term: a person at a terminal, line by line.
 *
 * Plain lines from top to bottom: no cursor is moved, nothing is drawn or coloured,
 * so that a screen reader, a braille line and 40 columns are served alike.
 *
 * TERM-1  What is typed and shown goes through read(2) and write(2) and struct secret:
 *         stdio keeps copies.
 * TERM-2  The terminal's settings differ from what was found only while a question is
 *         open, and are put back exactly whatever ends it.
 * TERM-3  SIGINT, SIGTERM, SIGHUP and SIGQUIT are read from a descriptor, together with
 *         the terminal and the other program: they end every wait, and the program
 *         ends by returning. A shell that reads its profile stops reading when its
 *         child dies of SIGINT.
 * TERM-4  SIGTSTP is ignored: such a shell has no job control to go on with, and a
 *         stopped program would keep the user's lock and a hidden line open.
 */
#ifndef IAMLP_BASE_TERM_H
#define IAMLP_BASE_TERM_H

#include <signal.h>
#include <stdbool.h>
#include <termios.h>

#include "base/err.h"
#include "base/secret.h"

#define TERM_LINE_MAX 1024 /* bytes of a typed line; the rest of a longer one is dropped */
#define TERM_TEXT_MAX 2048 /* bytes of a text of ours */

struct term {
    int peer;      /* watched while waiting; -1: none. Set by the caller */
    bool on_error; /* questions go to standard error: standard output is data. Likewise */
    int signals;   /* -1: not begun */
    int caught;    /* the signal that came, SIGHUP where the terminal went away; 0: none */
    struct termios found;
    sigset_t mask; /* as it was, and below what SIGTSTP did */
    struct sigaction tstp;
};

/* What ended a wait. */
enum term_event {
    TERM_LINE,    /* a line was typed */
    TERM_EOF,     /* Ctrl-D */
    TERM_PEER,    /* the other program spoke or left */
    TERM_STOPPED, /* caught says by what */
    TERM_LATE,    /* the time is up */
};

/* Are standard input and output a terminal? */
bool term_present(void);

/* Take over the signals. Children must have been started before. -1: ERR_SYSTEM; then they
 * are as they were. */
int term_begin(struct term *t, struct err *e);

/* Give them back: one that has come and was not waited for does now what it does. Nothing to do
 * where term_begin has failed. */
void term_end(struct term *t);

/* As term_end for a program that has only to end: no signal reaches it any more (TERM-3). */
void term_leave(struct term *t);

/* The exit status of a program that was stopped: 128 and the signal, as a shell has it. */
int term_status(const struct term *t);

/* Write a text of ours and end the line; broken between words where `fd` is a terminal
 * and the text wider than it. A write that fails is no fault: nobody is there. */
void term_say(int fd, const char *text);

/* Write bytes as they are. -1 and errno: not all of them are there. */
int term_write(int fd, const char *data, size_t len);

/* Wait for the peer, at most `ms` (-1: as long as it takes). */
enum term_event term_wait(struct term *t, int ms);

/* Ask and wait for a line. What was typed before the question is dropped: it is no
 * answer to it. `hidden`: without echo. The line, without its end, is in `line` (to be
 * made by the caller for TERM_LINE_MAX bytes) only with TERM_LINE. */
enum term_event term_ask(struct term *t, const char *question, bool hidden, struct secret *line);

#endif
