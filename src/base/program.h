/*
 * program: runs the credential_process of a profile, for root or for a person.
 *
 * PROGRAM-1  For root the command MUST stand, byte for byte, behind the key
 *            credential_process in a file that root read and trusts: iamlp-net says which of
 *            these lines it is, and can choose nothing else. It is asked before it has
 *            spoken to anybody.
 * PROGRAM-2  Split into words as Python's shlex does (base/shlex.h), by no shell. For root the
 *            first word MUST be an absolute path; the program and its folders MUST be root's
 *            alone (base/fdio.h), and the descriptor that is judged is the one that is
 *            executed, where the kernel lets a script be.
 * PROGRAM-3  For root: empty environment, /dev/null for input and errors, "/" as directory, no
 *            other descriptor, a session of its own, core size 0. At the deadline or with
 *            more than PROGRAM_OUTPUT_MAX bytes of output its whole group is killed, and it
 *            is with whoever runs it. Its output ends when it does.
 * PROGRAM-4  For a person, whose own rights are all that it has, it runs as if they had
 *            started it: any program of their PATH, in their environment, folder and
 *            session; only its input is /dev/null.
 */
#ifndef IAMLP_BASE_PROGRAM_H
#define IAMLP_BASE_PROGRAM_H

#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/secret.h"

#define PROGRAM_COMMAND_MAX 1024        /* bytes of a command line */
#define PROGRAM_OUTPUT_MAX  (64 * 1024) /* bytes */

/* Run it, for root (`env` NULL) or for the person whose environment `env` is, and return what
 * it printed, the caller's to free. NULL: ERR_CONFIG (the command line), ERR_TRUST, ERR_ABSENT,
 * ERR_TIMEOUT, ERR_LIMIT, ERR_DENIED (its exit status), ERR_SYSTEM, ERR_MEMORY; the sentence names
 * the program and quotes neither its arguments nor its output. */
struct secret *program_run(const char *command, char *const *env, const struct clock *clock,
                           int64_t deadline, struct err *e);

#endif
