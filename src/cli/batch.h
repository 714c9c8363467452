/*
 * batch: the client's frames of `iamlp-helper batch` (wire/wire.h): how one user's story is
 * begun, its password handed over, and its end read.
 */
#ifndef IAMLP_CLI_BATCH_H
#define IAMLP_CLI_BATCH_H

#include <stdbool.h>

#include "cli/deliver.h"
#include "cli/people.h"
#include "wire/frame.h"

/* Send `task` (MAP, PLAN or PROVISION) for that user. `simulate`: AWS is asked, too, whether a
 * policy would keep them from changing the password without MFA. -1: the helper is gone. */
int batch_begin(int fd, enum wire_type task, const char *user, bool simulate);

/* Start the command that delivers, with what SHOW says. -1: as deliver_begin; ERR_ABSENT, too,
 * where SHOW has no password. */
int batch_deliver(struct deliver *d, const struct deliver_order *o, const char *user,
                  const struct frame *show, struct err *e);

/* Send SEEN: delivered, or why not. -1: the helper is gone. */
int batch_answer(int fd, const char *why);

/* Is this END the helper's own last word, and not a story's? Its sentence is then in `e`. */
bool batch_is_last(const struct frame *end, struct err *e);

/* Did AWS say anywhere that it is too busy? */
bool batch_throttled(const struct frame *end);

/* Has AWS refused to say, of anybody, who could not change a password? */
bool batch_unseen(const struct frame *end);

/* Set the row's result, code, texts and names from what END says of `task`. */
void batch_take(struct people_row *row, enum wire_type task, const struct frame *end);

#endif
