/*
 * tracee: the processes that killat follows, and what they are called.
 */
#ifndef TORTURE_TRACEE_H
#define TORTURE_TRACEE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

enum {
    TRACEE_NAME = 64
};

struct tracee {
    pid_t pid; /* of the thread; 0: free */
    pid_t group;
    bool waits;   /* for its parent's event, from which it has its name */
    bool failing; /* the system call it is inside of is to return an error */
    char name[TRACEE_NAME];
};

/* NULL where it is not followed. */
struct tracee *tracee_find(pid_t pid);

/* Find it, or begin with it: without a name. */
struct tracee *tracee_add(pid_t pid);

/* Name a child after its parent, and let it go on where it waits for that. A child may be
 * seen before its parent's event about it, or after. */
void tracee_add_child(pid_t pid, const struct tracee *parent);

/* It has executed a program and is called by it from now on. */
void tracee_executed(struct tracee *t);

/* Let a stopped one go on to its next system call, with a signal or 0. */
void tracee_go_on(pid_t pid, int signal);

/* Kill those that are left, and write down which. */
void tracee_kill_all(FILE *report);

#endif
