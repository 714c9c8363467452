/*
 * verb: the table of iamlp's verbs; each verb is one file.
 */
#ifndef IAMLP_CLI_VERB_H
#define IAMLP_CLI_VERB_H

#include "base/buf.h"

/* Exit statuses, as the AWS CLI has them where it has them. */
enum verb_exit {
    VERB_OK = 0,      /* done, or nothing to do */
    VERB_FAILED = 1,  /* the story ended otherwise; stderr says how */
    VERB_USAGE = 252, /* the command line is wrong */
    VERB_OTHER = 255, /* something on this host is in the way */
};

/* argv[0] is the verb itself. Returns an exit status. */
typedef int verb_run(int argc, char **argv);

struct verb {
    const char *name;
    const char *arguments; /* "", or one word: "USER"; in brackets where it may be missing */
    const char *help;      /* one line */
    unsigned takes;        /* enum line_takes */
    verb_run *run;
};

extern const struct verb verb_table[]; /* ends with a NULL name */

/* Print what a verb has composed, which `what` names, to stdout. VERB_OK; else VERB_OTHER, the
 * sentence being on stderr: it is not whole, and nothing was printed. */
int verb_print(const char *verb, const struct buf *out, const char *what);

/* The exit status of a program whose verb returned `rc`: what nobody can read has not been
 * done, whichever verb printed it. */
int verb_end(int rc);

/* The verb of that name; NULL: there is none. */
const struct verb *verb_find(const char *name);

verb_run check_run;
verb_run claim_run;
verb_run disable_run;
verb_run enable_run;
verb_run explain_run;
verb_run forget_run;
verb_run policy_run;
verb_run provision_run;
verb_run status_run;

#endif
