/*
 * conf: /etc/iamlp/iamlp.conf, read once, checked whole, then only looked at.
 *
 * CONF-1  A configuration with any error MUST provision nobody: conf_load gives
 *         the first error as "PATH:LINE: what is wrong; how to mend it".
 * CONF-2  The file MUST be trusted as base/fdio says, be at most CONF_FILE_MAX
 *         bytes, and be read once: what the scan saw is what iniparser gets.
 * CONF-3  Nothing MUST come from the environment or from a home directory.
 */
#ifndef IAMLP_CONF_CONF_H
#define IAMLP_CONF_CONF_H

#include <regex.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

#define CONF_FILE_MAX (1024 * 1024) /* bytes */
#define CONF_LINE_MAX 1000          /* bytes; iniparser cuts at 1024 */
#define CONF_PATH     "/etc/iamlp/iamlp.conf"

enum conf_create {
    CONF_CREATE_CLAIM,
    CONF_CREATE_LOGIN
};
enum conf_shell {
    CONF_SHELL_CLAIM,
    CONF_SHELL_HINT,
    CONF_SHELL_OFF
};
enum conf_source {
    CONF_SOURCE_GENERATE,
    CONF_SOURCE_ASK
};
enum conf_credentials {
    CONF_CREDENTIALS_AUTO,
    CONF_CREDENTIALS_FILE,
    CONF_CREDENTIALS_PROCESS,
    CONF_CREDENTIALS_WEB_IDENTITY,
    CONF_CREDENTIALS_CONTAINER,
    CONF_CREDENTIALS_IMDS,
};
enum conf_case {
    CONF_CASE_KEEP,
    CONF_CASE_LOWER
};

/* A list of words; NULL-terminated. */
struct conf_list {
    char **words;
    size_t count;
};

/* [account NAME]; the default account has name "" and its keys stand in [aws].
 * Strings are NULL where the key is absent. */
struct conf_account {
    char *name;
    unsigned line; /* of the section header; 0 for the default account */
    char *id;      /* 12 digits; where no key says them, those of role_arn */
    char *role_arn;
    char *external_id;
    char *region;
    char *endpoint_url;
    char *sts_endpoint_url;
    char *signin_url;
    char *require_path;      /* begins and ends with '/' */
    char *require_tag_key;   /* require_tag=KEY=VALUE, cut at the first '=' */
    char *require_tag_value; /* may be "" */
    bool recreate;
};

/* One line of [users]. */
struct conf_user {
    char *name;     /* local name, lower case */
    char *account;  /* "" for the default account */
    char *iam_user; /* "" : never */
    unsigned line;
};

/* [rule NAME] */
struct conf_rule {
    char *name;
    unsigned line;
    struct conf_list groups; /* a member of any of these; empty: everybody */
    bool has_match;
    regex_t match; /* anchored at both ends */
    struct conf_list exclude;
    char *iam_user; /* template */
    char *account;  /* "" for the default account */
    enum conf_case fold;
};

struct conf {
    char *path;

    /* [login] */
    uid_t min_uid;
    unsigned min_uid_line; /* 0: the default */
    struct conf_list exclude;
    unsigned exclude_line; /* 0: the default */
    enum conf_create create;
    enum conf_shell shell;
    int64_t snooze;      /* seconds */
    int64_t retry_after; /* seconds */
    bool claim_unverified;

    /* [users] and [rule NAME], in file order */
    struct conf_user *users;
    size_t user_count;
    struct conf_rule *rules;
    size_t rule_count;

    /* [aws] as the default account at [0], then each [account NAME] */
    struct conf_account *accounts;
    size_t account_count;

    /* [password] */
    enum conf_source source;
    unsigned length;        /* characters */
    char *password_exclude; /* characters never used; "" for none */
    int64_t hold;           /* seconds; 0: none */
    bool reissue;

    /* [aws], beside the keys of an account */
    enum conf_credentials credentials;
    char *credentials_file;
    char *config_file;
    char *profile;
    char *web_identity_token_file;
    char *container_uri;
    char *container_token_file;
    char *imds_endpoint_url;
    char *imds_role;
    int64_t role_duration; /* seconds */
    char *session_name;    /* template: %u, %h, %% */
    char *source_identity; /* template */
    char *ca_bundle;
    char *proxy;
    char *proxy_auth_file;
    bool use_fips;
    bool use_dualstack;
};

/* Read and check the configuration. NULL: ERR_ABSENT (no such file), ERR_TRUST,
 * ERR_CONFIG with "PATH:LINE: ...", ERR_LIMIT, ERR_SYSTEM, ERR_MEMORY. */
struct conf *conf_load(const char *path, struct err *e);

/* As conf_load, from bytes: for tests and fuzzing. `path` only names it. */
struct conf *conf_parse(const char *path, const char *text, size_t len, struct err *e);

void conf_free(struct conf *c);

/* Can the host come to its roles with a token, and as nobody in AWS? STS then takes neither
 * source_identity nor external_id. With `auto` a credentials_file always comes first; a
 * config_file may be there for its region alone. */
bool conf_by_token(const struct conf *c);

/* The account of that name ("" is the default); NULL when there is none. */
const struct conf_account *conf_find_account(const struct conf *c, const char *name);

/* Is somebody mapped to that account? While nobody is mapped at all, every one counts. */
bool conf_serves(const struct conf *c, const struct conf_account *account);

#endif
