/*
 * errand: the frames of `iamlp-helper batch` (wire/wire.h): one user's story begun, handed
 * over and ended.
 */
#ifndef IAMLP_CLI_ERRAND_H
#define IAMLP_CLI_ERRAND_H

#include <stdbool.h>

#include "cli/deliver.h"
#include "cli/people.h"
#include "wire/frame.h"

/* Send `task` for that user; `simulate`: it asks whether they could change a password. -1: the
 * helper is gone. */
int errand_begin(int fd, enum wire_type task, const char *user, bool simulate);

/* Start the command with what SHOW says. -1: as deliver_begin, or ERR_ABSENT. */
int errand_deliver(struct deliver *d, const struct deliver_order *o, const char *user,
                   const struct frame *show, struct err *e);

/* Send SEEN: delivered, or why not. -1: the helper is gone. */
int errand_answer(int fd, const char *why);

/* Is this END the helper's own last word, and not a story's? Its sentence is then in `e`. */
bool errand_is_last(const struct frame *end, struct err *e);

/* Did AWS say anywhere that it is too busy? */
bool errand_throttled(const struct frame *end);

/* Must it not be asked whether somebody could change a password? */
bool errand_unseen(const struct frame *end);

/* Take what END says into the row. */
void errand_take(struct people_row *row, enum wire_type task, const struct frame *end);

#endif
