/*
 * form: the body of a request, from its row.
 */
#ifndef IAMLP_IAM_FORM_H
#define IAMLP_IAM_FORM_H

#include "base/err.h"
#include "base/secret.h"
#include "iam/action.h"

/* "Action=...&Version=...&..." with the members in the row's order; those not
 * given are left out. A new secret; NULL: ERR_MEMORY, ERR_LIMIT, or ERR_CONFIG naming the
 * member that is missing, too short or holds what IAM's names cannot (this last not with
 * `unchecked`). */
struct secret *form_build(const struct action *row, const struct iam_input *in, struct err *e);

#endif
