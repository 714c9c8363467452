/*
 * document: credentials as a JSON object, the way AWS's local services hand them
 * out: AccessKeyId, SecretAccessKey, Token, Expiration, and where it could not make
 * keys, Code and Message instead of them.
 */
#ifndef IAMLP_CRED_DOCUMENT_H
#define IAMLP_CRED_DOCUMENT_H

#include "aws/sigv4.h"
#include "base/err.h"
#include "base/secret.h"

/* Fill `k`, which must be empty. -1: ERR_FORMAT (no JSON, a member missing or
 * unfit), ERR_DENIED (the service says why it gave none), ERR_LIMIT, ERR_MEMORY;
 * `k` may then hold parts. No sentence quotes a key. */
int document_read(const struct secret *body, struct sigv4_key *k, struct err *e);

#endif
