/*
 * talk: the frames of channel 1 (wire/wire.h) as words on a terminal, the same for every verb.
 *
 * TALK-1  Everything that comes from the other program is made fit for a terminal
 *         before it gets there.
 * TALK-2  The lines `Sign-in URL: `, `IAM user:    ` and `Password:    ` are never
 *         broken, indented or followed by anything: people copy them.
 */
#ifndef IAMLP_CLI_TALK_H
#define IAMLP_CLI_TALK_H

#include <stdbool.h>

#include "base/term.h"
#include "wire/frame.h"

/* One field as a line of its own, behind its label; nothing when it is absent. */
void talk_field(const struct frame *f, const char *label, enum wire_field id);

/* Did the person type y or yes, in small letters or capitals? *answer is false for every
 * other line; an empty one is asked about once more where `again` is set. *answer means
 * something with TERM_LINE only. */
enum term_event talk_yes(struct term *t, const char *question, bool again, bool *answer);

/* Print SHOW. -1: ERR_MEMORY, nothing of it is there; ERR_SYSTEM, not all of it: nobody
 * may then be asked to confirm. The frame is freed: nothing here holds
 * the password while the person reads. */
int talk_show(struct frame *f, struct err *e);

/* Print TEXT of END (to stdout when all is well, else stderr), and return the exit
 * status that belongs to its outcome. */
int talk_end(const struct frame *f);

#endif
