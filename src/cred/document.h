/*
 * document: credentials as a JSON object, in the two shapes AWS knows.
 *
 *     DOCUMENT_SERVICE  IMDS and the service of containers: AccessKeyId, SecretAccessKey,
 *                       Token, Expiration; or, where it could not make keys, Code and
 *                       Message (IMDS), code and message (containers) instead of them
 *     DOCUMENT_PROCESS  what a credential_process prints: Version 1, AccessKeyId,
 *                       SecretAccessKey; SessionToken and Expiration where the keys have them
 */
#ifndef IAMLP_CRED_DOCUMENT_H
#define IAMLP_CRED_DOCUMENT_H

#include <stddef.h>

#include "aws/sigv4.h"
#include "base/err.h"
#include "base/secret.h"

enum document_shape {
    DOCUMENT_SERVICE,
    DOCUMENT_PROCESS
};

/* Fill `k`, which must be empty; expires is 0 where a process gives no Expiration. -1:
 * ERR_FORMAT (no JSON, a member missing or unfit, another Version), ERR_DENIED (the
 * service says why it gave none), ERR_LIMIT, ERR_MEMORY; `k` may then hold parts. The
 * sentence names the member, has no mend and quotes no key. */
int document_read(const struct secret *body, enum document_shape shape, struct sigv4_key *k,
                  struct err *e);

/* Write "CODE: MESSAGE" as a service's error body has it, cleaned; "" where the body is
 * nothing of the kind. */
void document_complaint(const struct secret *body, char *out, size_t size);

#endif
