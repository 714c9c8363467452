/*
 * wire: what iamlp-helper says to its two neighbours, frame by frame.
 *
 * A frame (wire/frame.h) is
 *
 *     'I' 'L' | version, 1 byte | type, 1 byte | length of the payload, 4 bytes
 *     payload: fields, each  id, 1 byte | length, 4 bytes | bytes
 *
 * Numbers are big-endian; numeric fields are 8 bytes, booleans a number 0 or 1,
 * texts are bytes without a NUL. A field stands at most once in a frame. Every
 * frame has the ceiling of its channel, checked before anything is allocated.
 * Both programs come from one build: another version is refused, not translated.
 *
 * CHANNEL 1, client <-> iamlp-helper: the person. At most WIRE_PERSON_MAX bytes.
 * The helper answers the client's first frame where there is one, asks, shows, and
 * ends with exactly one END.
 *
 *     helper                                   client
 *                                  <-          CLAIM AUTO    (`iamlp claim` only, at once)
 *     GREET MODE TEXT?             ->          (`iamlp claim` only)
 *     FACT  NAME TEXT              ->          (explain; any number)
 *     FACT  NAME TEXT LEVEL ACCOUNT? ->        (check; any number)
 *     ASK   USER IAM_USER ACCOUNT TEXT ->
 *                                  <-          ANSWER CHOICE PARTITION? ACCOUNT?
 *     ASK   SIGNIN_URL             ->          (reset only, behind a yes)
 *                                  <-          ANSWER CHOICE
 *     CHOOSE TEXT?                 ->          (source = ask; TEXT: why not the last one)
 *                                  <-          CHOSEN PASSWORD
 *     SHOW  SIGNIN_URL IAM_USER ACCOUNT? PASSWORD? TEXT? ->
 *                                  <-          SEEN  CHOICE? TEXT?
 *     END   OUTCOME TEXT?          ->
 *
 * A peer that may not claim, or of whom no login is recorded, gets END without a GREET
 * and before its CLAIM is read; what it says is for those who have asked, not for the
 * snippet. With MODE hint or quiet END comes next. SHOW without
 * PASSWORD is for a password that the person has chosen. END without TEXT: there is
 * nothing that the person has to be told.
 *
 * In a reset the first yes says to which account the operator's credentials belong, and that
 * the password is about to be changed. The second ASK says that the record is prepared for it;
 * its ANSWER is yes (done, and handed over), no (nothing was changed) or later (nobody is known
 * to have the password).
 *
 * A client that goes away, says anything else or nothing in time ends the story
 * where it stands; the record says how the next one goes on. SEEN with CHOICE no: it was
 * not handed over, TEXT says why, and the story ends as if nobody had confirmed.
 *
 * `iamlp-helper batch` serves one story after the other, for root's `iamlp provision` of
 * many users. Each begins with a frame of the client and ends with its own END; nobody is
 * asked. The client's end of the connection is the end of the helper.
 *
 *                                  <-          MAP | PLAN | PROVISION  USER MFA?
 *     SHOW, SEEN as above (PROVISION)
 *     END   OUTCOME TEXT? IAM_USER? ACCOUNT? CODE? THROTTLED? UNSEEN?  ->
 *
 * MAP asks the configuration and the record, PLAN also AWS, and neither changes anything:
 * PENDING is who would be served, for PLAN with the record's phase as CODE where a password
 * is under way.
 * ACCOUNT is a number, or the section's name where none is known. THROTTLED counts AWS's
 * answers "too busy", those included that a repetition has mended. With MFA 0 AWS is asked of
 * each who would get a password whether a policy keeps them from changing it without MFA: then
 * it is DENIED, with the CODE mfa, and nothing is created. UNSEEN 1 says that the host may not
 * ask that, of anybody.
 *
 * CHANNEL 3, pam_iamlp.so -> iamlp-helper: a hook. At most WIRE_PERSON_MAX bytes.
 *
 *     HOOK  USER SERVICE RHOST? PASSWORD?   ->  (PASSWORD: the password stack only)
 *                                           <-  END OUTCOME TEXT?
 *
 * CHANNEL 2, iamlp-helper <-> iamlp-net: AWS. Requests of at most
 * WIRE_NET_REQUEST_MAX bytes, because START carries whole files; answers of at
 * most WIRE_NET_ANSWER_MAX. Strictly one request, one answer. Every request has
 * MS, the time it may take; iamlp-net answers within it, and the helper ends it
 * soon after.
 *
 *     FILES  MS CREDENTIALS PROFILE? CREDENTIALS_FILE? CREDENTIALS_PATH?
 *            CONFIG_FILE? CONFIG_PATH?
 *     START  MS CREDENTIALS USER HOST REGION? ENDPOINT_URL? STS_ENDPOINT_URL?
 *            FIPS? DUALSTACK? CA_PEM? PROXY? PROXY_AUTH?
 *            PROCESS_OUTPUT? PROCESS_FAULT?
 *            WEB_TOKEN? WEB_TOKEN_PATH? WEB_TOKEN_FAULT?
 *            CONTAINER_URI? CONTAINER_TOKEN? CONTAINER_TOKEN_PATH?
 *            IMDS_URL? IMDS_ROLE?
 *            ROLE_ARN? EXTERNAL_ID? ROLE_DURATION? SESSION_NAME? SOURCE_IDENTITY?
 *            BASE? ROLE? CALLER?
 *     GET_USER              MS IAM_USER TAG_KEY?
 *     GET_LOGIN_PROFILE     MS IAM_USER
 *     CREATE_LOGIN_PROFILE  MS IAM_USER PASSWORD     (reset required, always)
 *     UPDATE_LOGIN_PROFILE  MS IAM_USER PASSWORD     (reset required, always)
 *     GET_PASSWORD_POLICY   MS
 *     TAG_USER              MS IAM_USER TAG_KEY TAG_VALUE
 *     CALLER                MS
 *     SIMULATE              MS ARN ACTIONS RESOURCE TAG_KEY? TAG_VALUE? MFA?
 *
 * FILES comes first where there are shared files, and only then: its answer says what the
 * profile in them needs that only root can provide. By then iamlp-net has spoken to
 * nobody, so nobody but root can have chosen what it asks for; after START nothing of
 * the kind is answered.
 *
 * BASE and ROLE are kept credentials, six fields each (wire/kept.h). In an answer they
 * are new and worth keeping; REVOKED says that those given are good no more. CALLER is
 * the id of a key whose owner has been found not to be an account's root user.
 *
 * The answer is always RESULT:  FAULT (enum wire_fault) MAYBE_ACTED CODE? TEXT?
 * REQUEST_ID? DATE? SKEW? REVOKED? BASE? ROLE? CALLER? THROTTLED?, and in success
 *     FILES               COMMAND? WEB_TOKEN_PATH?
 *     GET_USER            PARTITION ACCOUNT PATH LAST_USED? TAG_VALUE?
 *     *_LOGIN_PROFILE     CREATED RESET_REQUIRED?   (UPDATE: neither)
 *     GET_PASSWORD_POLICY MIN_LENGTH UPPER LOWER NUMBER SYMBOL MAY_CHANGE
 *     CALLER              ARN? ACCOUNT?   (neither where STS must not be asked)
 *     SIMULATE            DECISIONS
 *
 * The answer to CALLER also has PROVIDER, EXPIRES? and ENDPOINT_URL, whatever STS said. ACTIONS
 * are names with commas between them; DECISIONS is one letter for each, in their order: a
 * (allowed), d (denied by a statement), n (not allowed). MFA is what the imagined request
 * says of aws:MultiFactorAuthPresent, TAG_KEY and TAG_VALUE a tag of the resource.
 */
#ifndef IAMLP_WIRE_WIRE_H
#define IAMLP_WIRE_WIRE_H

#include <stdint.h>

#define WIRE_VERSION 1

#define WIRE_PERSON_MAX      4096              /* bytes, header included */
#define WIRE_NET_REQUEST_MAX (2 * 1024 * 1024) /* three files of 512 KiB and the rest */
#define WIRE_NET_FILE_MAX    (512 * 1024)      /* bytes of one file in a FILES or START */
#define WIRE_NET_TOKEN_MAX   (32 * 1024)       /* bytes of one token in a START */
#define WIRE_NET_ANSWER_MAX  (28 * 1024)       /* two kept credentials and the rest */

#define WIRE_TIME_MAX INT64_C(253402300799) /* 9999-12-31T23:59:59Z; a later time is none */

enum wire_type {
    /* channel 1 */
    WIRE_FACT = 1,
    WIRE_ASK,
    WIRE_ANSWER,
    WIRE_SHOW,
    WIRE_SEEN,
    WIRE_END,
    WIRE_CLAIM,
    WIRE_GREET,
    WIRE_CHOOSE,
    WIRE_CHOSEN,
    WIRE_MAP,
    WIRE_PLAN,
    WIRE_PROVISION,
    /* channel 3 */
    WIRE_HOOK = 24,
    /* channel 2 */
    WIRE_START = 32,
    WIRE_GET_USER,
    WIRE_GET_LOGIN_PROFILE,
    WIRE_CREATE_LOGIN_PROFILE,
    WIRE_UPDATE_LOGIN_PROFILE,
    WIRE_GET_PASSWORD_POLICY,
    WIRE_RESULT,
    WIRE_FILES,
    WIRE_TAG_USER,
    WIRE_KEPT, /* on no channel: how core/cache puts kept credentials away */
    WIRE_CALLER,
    WIRE_SIMULATE,
};

enum wire_field {
    WIRE_F_TEXT = 1,
    WIRE_F_NAME,
    WIRE_F_USER,
    WIRE_F_IAM_USER,
    WIRE_F_ACCOUNT,
    WIRE_F_CHOICE, /* enum wire_choice */
    WIRE_F_SIGNIN_URL,
    WIRE_F_PASSWORD,
    WIRE_F_OUTCOME, /* enum outcome */
    WIRE_F_AUTO,    /* 1: from the snippet, silent when there is nothing to do */
    WIRE_F_MODE,    /* enum wire_mode */
    WIRE_F_SERVICE, /* of PAM */
    WIRE_F_RHOST,
    WIRE_F_LEVEL, /* enum wire_level */

    WIRE_F_MS = 32, /* milliseconds */
    WIRE_F_REGION,
    WIRE_F_ENDPOINT_URL,
    WIRE_F_CA_PEM,
    WIRE_F_CREDENTIALS, /* enum wire_credentials */
    WIRE_F_PROFILE,
    WIRE_F_CREDENTIALS_FILE, /* the file's bytes */
    WIRE_F_CREDENTIALS_PATH, /* its name, for sentences */
    WIRE_F_CONFIG_FILE,
    WIRE_F_CONFIG_PATH,
    WIRE_F_IMDS_URL,
    WIRE_F_IMDS_ROLE,
    WIRE_F_TAG_KEY,
    WIRE_F_TAG_VALUE, /* absent: the user has no such tag */
    WIRE_F_FAULT,     /* enum wire_fault */
    WIRE_F_MAYBE_ACTED,
    WIRE_F_CODE,
    WIRE_F_REQUEST_ID,
    WIRE_F_DATE, /* the server's clock, seconds since the epoch */
    WIRE_F_PARTITION,
    WIRE_F_PATH,
    WIRE_F_LAST_USED, /* seconds since the epoch; absent: never */
    WIRE_F_CREATED,   /* seconds since the epoch */
    WIRE_F_RESET_REQUIRED,
    WIRE_F_MIN_LENGTH,
    WIRE_F_UPPER,
    WIRE_F_LOWER,
    WIRE_F_NUMBER,
    WIRE_F_SYMBOL,
    WIRE_F_HOST, /* this host's name */
    WIRE_F_STS_ENDPOINT_URL,
    WIRE_F_FIPS,
    WIRE_F_DUALSTACK,
    WIRE_F_PROXY,
    WIRE_F_PROXY_AUTH,      /* USER:PASSWORD */
    WIRE_F_COMMAND,         /* a profile's credential_process, as written */
    WIRE_F_PROCESS_OUTPUT,  /* what it printed */
    WIRE_F_PROCESS_FAULT,   /* why it could not be run */
    WIRE_F_WEB_TOKEN,       /* the token's bytes */
    WIRE_F_WEB_TOKEN_PATH,  /* where it is */
    WIRE_F_WEB_TOKEN_FAULT, /* why it could not be read */
    WIRE_F_CONTAINER_URI,
    WIRE_F_CONTAINER_TOKEN,
    WIRE_F_CONTAINER_TOKEN_PATH,
    WIRE_F_ROLE_ARN,
    WIRE_F_EXTERNAL_ID,
    WIRE_F_ROLE_DURATION,   /* seconds */
    WIRE_F_SESSION_NAME,    /* template, cred/identity.h */
    WIRE_F_SOURCE_IDENTITY, /* template */
    WIRE_F_SKEW,            /* seconds AWS's clock is ahead; sent where it was corrected */
    WIRE_F_REVOKED,
    WIRE_F_CALLER,
    WIRE_F_THROTTLED, /* how often AWS said that it is too busy */
    WIRE_F_ARN,
    WIRE_F_PROVIDER,
    WIRE_F_EXPIRES, /* seconds since the epoch; absent: they do not */
    WIRE_F_MAY_CHANGE,
    WIRE_F_ACTIONS,
    WIRE_F_RESOURCE, /* ARN */
    WIRE_F_MFA,      /* 0 or 1 */
    WIRE_F_DECISIONS,
    WIRE_F_UNSEEN,
    WIRE_F_BASE = 128, /* and the five behind it: wire/kept.h */
    WIRE_F_ROLE = 136, /* and the five behind it */
};

/* How much a finding of `iamlp check` weighs. */
enum wire_level {
    WIRE_LEVEL_OK,
    WIRE_LEVEL_NOTE, /* worth knowing */
    WIRE_LEVEL_WARN, /* works, and should be looked at */
    WIRE_LEVEL_FAIL  /* has to be mended */
};

enum wire_choice {
    WIRE_CHOICE_NO,
    WIRE_CHOICE_YES,
    WIRE_CHOICE_LATER
};

/* What `iamlp claim` does next. */
enum wire_mode {
    WIRE_MODE_ASK,  /* the story goes on: ASK, CHOOSE or SHOW may come */
    WIRE_MODE_HINT, /* print TEXT, one line, and end */
    WIRE_MODE_QUIET /* end without a word */
};

enum wire_credentials {
    WIRE_CREDENTIALS_AUTO,
    WIRE_CREDENTIALS_FILE,
    WIRE_CREDENTIALS_PROCESS,
    WIRE_CREDENTIALS_WEB_IDENTITY,
    WIRE_CREDENTIALS_CONTAINER,
    WIRE_CREDENTIALS_IMDS
};

/* What the story has to tell apart; CODE and TEXT carry the rest. */
enum wire_fault {
    WIRE_FAULT_NONE,
    WIRE_FAULT_NO_SUCH_ENTITY,
    WIRE_FAULT_EXISTS,
    WIRE_FAULT_POLICY,
    WIRE_FAULT_DENIED,      /* no permission */
    WIRE_FAULT_CREDENTIALS, /* no credentials, or wrong, expired, badly signed ones */
    WIRE_FAULT_THROTTLED,
    WIRE_FAULT_TIMEOUT,
    WIRE_FAULT_NETWORK, /* no answer, or not one of AWS's */
    WIRE_FAULT_OTHER,
};

#endif
