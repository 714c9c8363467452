/*
 * ticket: a tag that says "pending" is good for one password, and is set to "done" then: who
 * is left without a password later is not served again. Private to core.
 *
 * TICKET-1  The record says so from the intent on, until TagUser has been answered with yes
 *           or with a denial: hosts without the right to it are many.
 * TICKET-2  It MUST be used wherever a password is known, or found, to have been made: by an
 *           answer, by its profile's date, shown or lost; and again in each later story until
 *           the record is `done`.
 * TICKET-3  A courtesy: nothing fails with it.
 */
#ifndef IAMLP_CORE_TICKET_H
#define IAMLP_CORE_TICKET_H

#include <stdbool.h>

#include "core/step.h"

/* Does the account serve tickets? */
bool ticket_wanted(const struct conf_account *account);

/* Use this user's, if it has not been used. */
void ticket_use(struct story *s);

#endif
