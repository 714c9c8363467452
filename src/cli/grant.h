/*
 * grant: the permissions that a configuration needs in AWS, as IAM policies: what the
 * programs ask of AWS with it, and nothing else.
 *
 * GRANT-1  No right MUST be granted but for a call that the configuration can lead to:
 *          UpdateLoginProfile with reissue = yes, TagUser for a ticket
 *          (require_tag=KEY=pending).
 * GRANT-2  What the configuration requires of a user (require_path, require_tag) MUST
 *          stand in the policy, too: there it holds against a host that was taken over.
 */
#ifndef IAMLP_CLI_GRANT_H
#define IAMLP_CLI_GRANT_H

#include <stdbool.h>

#include "cli/writer.h"
#include "conf/conf.h"

/* Does the host come to that account's role with a token, and as nobody in AWS? Else it has an
 * identity, which needs rights for that account. */
bool grant_by_token(const struct conf *c, const struct conf_account *account);

/* Each of these writes one policy under `key` (NULL: as the whole document). */

/* For the identity whose credentials the host has: for every account that is served, or
 * for `only`. */
void grant_host(struct writer *w, const char *key, const struct conf *c,
                const struct conf_account *only);

/* For the account's role_arn. */
void grant_role(struct writer *w, const char *key, const struct conf *c,
                const struct conf_account *account);

/* For either; not needed: with it a password is made, or asked for, that fits the
 * account's own policy, and `iamlp check` sees which rights there are. */
void grant_optional(struct writer *w, const char *key);

#endif
