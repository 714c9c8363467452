/*
 * note: the module's own lines in the log, in the grammar of base/log.h.
 *
 * NOTE-1  The host's syslog MUST stay as it was: syslog(3) and pam_syslog would open a
 *         descriptor in a host that had none and keep it, and closelog after them would
 *         close the host's own and take its ident.
 * NOTE-2  A log that is full or away MUST NOT hold up a login: the line is then lost.
 *
 * iamlp-helper writes what happened. The module writes only that the helper could not be
 * started or had to be killed, what is wrong in the stack or in its arguments, and what
 * `debug` asks for.
 */
#ifndef IAMLP_PAM_NOTE_H
#define IAMLP_PAM_NOTE_H

#include "base/log.h"

/* Send one line to /dev/log with the priority of its result. */
void note_write(const struct log_event *ev);

/* The same with LOG_DEBUG. */
void note_debug(const struct log_event *ev);

#endif
