/*
 * session: what FILES and START set up, and the keys that calls are signed with.
 *
 * SESSION-1  Nobody is spoken to before START, and FILES is answered only before it.
 * SESSION-2  Kept keys that are refused, or denied what a story cannot do without, are given
 *            up once: new ones are asked for, and what was refused is never used again.
 */
#ifndef IAMLP_NET_SESSION_H
#define IAMLP_NET_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "aws/endpoint.h"
#include "aws/http.h"
#include "base/clock.h"
#include "base/err.h"
#include "cred/cred.h"
#include "cred/identity.h"
#include "cred/role.h"
#include "wire/frame.h"
#include "wire/kept.h"

/* What FILES and START say, copied out of the frames. "" and NULL: absent. */
struct session_texts {
    char region[ENDPOINT_REGION_SIZE], endpoint_url[256], sts_endpoint_url[256], proxy[256];
    char profile[129 * 4], credentials_path[1025], config_path[1025];
    char process_fault[ERR_MSG_MAX], web_token_path[1025], web_token_fault[ERR_MSG_MAX];
    char container_uri[256], container_token_path[1025], imds_url[256], imds_role[129];
    char role_arn[ROLE_ARN_SIZE], external_id[ROLE_EXTERNAL_SIZE];
    char session_name[IDENTITY_SIZE], source_identity[IDENTITY_SIZE];
    char caller[KEPT_ID_MAX + 1];
    struct secret *credentials_file, *config_file, *ca_pem, *proxy_auth;
    struct secret *process_output, *web_token, *container_token;
};

struct session {
    const struct clock *clock; /* the caller's; all else begins as zeros */
    struct session_texts texts;
    struct cred_source source; /* of the texts */
    struct cred kept_base, kept_role;
    struct http *http;
    struct retry retry;
    struct cred_set cred;
    char region[ENDPOINT_REGION_SIZE]; /* of the configuration, else of the keys; may be "" */
    struct endpoint endpoint;
    bool filed, begun, started; /* FILES came; START came; there are keys */
};

/* Answer FILES, and START. */
void session_files(struct session *ss, const struct frame *q, struct frame *a);
void session_start(struct session *ss, const struct frame *q, int64_t deadline, struct frame *a);

/* Are calls signed with kept keys? */
bool session_on_kept(const struct session *ss);

/* SESSION-2. Says REVOKED, and what is new, in `a`. -1: there are no other keys, or none to
 * work with; nothing more is answered then. */
int session_renew(struct session *ss, int64_t deadline, struct frame *a, struct err *e);

/* Say that the clock was corrected, where it was. */
void session_put_skew(const struct session *ss, struct frame *a);

void session_free(struct session *ss);

#endif
