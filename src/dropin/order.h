/*
 * order: what a command line asks for, in three passes as the AWS CLI makes them: global
 * options, the verb, the verb's own options. The verbs and their options are those of iam's
 * table, in the spelling of the command line.
 */
#ifndef IAMLP_DROPIN_ORDER_H
#define IAMLP_DROPIN_ORDER_H

#include <stdbool.h>

#include "base/err.h"
#include "dropin/words.h"
#include "iam/action.h"

#define ORDER_MEMBERS_MAX 16 /* of a request */
#define ORDER_NAME_SIZE   64 /* of a verb or an option, with its dashes */
#define ORDER_GLOBALS_MAX 20
#define ORDER_OWN_MAX     (2 * ORDER_MEMBERS_MAX + 8)
#define ORDER_OPTIONS_MAX (ORDER_GLOBALS_MAX + ORDER_OWN_MAX)

/* Values as they were written, NULL where they were not given; they point into the words. A
 * flag has a value that means nothing. */
struct order {
    enum iam_action action;
    const struct action *row;

    const char *endpoint_url, *region, *profile, *output, *ca_bundle;
    const char *read_timeout, *connect_timeout;
    int read_s, connect_s; /* what they say; 0: for ever */
    const char *debug, *no_verify_ssl, *no_sign_request, *version;
    const char *ignored;            /* of all options without a meaning here; nothing reads it */
    const char *prompt, *no_prompt; /* without a meaning, too, but only one of them can be given */
    const char *query;

    const char *member[ORDER_MEMBERS_MAX]; /* in the row's order; "true", "false" for booleans */
    const char *input_json, *input_yaml;
    const char *skeleton; /* "input", "output" */
    const char *help;

    /* Ours. */
    const char *password_stdin, *password_file, *generate_password;

    bool lenient; /* --cli-input-json or --generate-cli-skeleton: the command line need not
                     hold what is required */
};

/* The verb at `at`, from 0, such as "create-login-profile" of CreateLoginProfile. false: there is
 * none any more. */
bool order_verb(size_t at, enum iam_action *action, char name[ORDER_NAME_SIZE]);

/* The verb of a row. */
void order_name(const struct action *row, char name[ORDER_NAME_SIZE]);

/* The option of a member, such as "--user-name"; `no`: "--no-...", of a boolean. */
void order_option(const struct action_member *m, bool no, char name[ORDER_NAME_SIZE]);

/* The member whose value is the password that a person is given, or NULL. */
const struct action_member *order_password(const struct action *row);

/* All options of a verb, the global ones last; their `to` is NULL. How many there are. */
size_t order_options(enum iam_action action, struct words_option to[ORDER_OPTIONS_MAX]);

/* Read the words behind `aws iam`. -1: ERR_FORMAT; ERR_CONFIG where the AWS CLI's exit status is
 * 255; o->row is NULL where the verb was not yet known. With o->version or o->help nothing else
 * has been looked at. */
int order_parse(const struct words *in, struct order *o, struct err *e);

#endif
