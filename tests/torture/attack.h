/*
 * attack: one system call of one program that is its last, or fails.
 */
#ifndef TORTURE_ATTACK_H
#define TORTURE_ATTACK_H

#include <stdio.h>

#include "tracee.h"

struct attack {
    const char *program; /* NULL: nothing is attacked, every call is written down */
    long only;           /* the number of the system calls that count; -1: all */
    unsigned long n;     /* the first is 1 */
    int error;           /* errno; 0: kill */
    FILE *report;
};

/* A process stands at the entry or the exit of a system call. */
void attack_system_call(const struct attack *a, struct tracee *t);

#endif
