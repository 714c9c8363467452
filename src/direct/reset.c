#include "direct/reset.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/proc.h"
#include "cli/deliver.h"
#include "cli/helper.h"
#include "cli/talk.h"
#include "cli/verb.h"
#include "conf/conf.h"
#include "direct/renew.h"
#include "dropin/stake.h"
#include "dropin/vars.h"

struct reset {
    struct line line;
    struct helper helper;
    struct deliver_order deliver; /* command NULL: shown at the terminal */
    struct stop stop;             /* of what is delivered */
    struct renew new;
    char signin_url[160];
};

/* ---- the host ---------------------------------------------------------------------------- */

/* What the helper says first; an exit status, or -1: it has asked. */
static int
hear(struct reset *x)
{
    struct frame f = {0};
    int rc = VERB_OTHER;

    if (helper_receive(&x->helper, &f) == 0 && f.type == WIRE_END) {
        rc = talk_end(&f);
        rc = rc == VERB_OK ? VERB_FAILED : rc;
    } else if (f.type == WIRE_ASK) {
        if (frame_get_text(&f, WIRE_F_IAM_USER, x->new.iam_user, sizeof(x->new.iam_user)))
            rc = -1;
        (void)frame_get_text(&f, WIRE_F_ACCOUNT, x->new.account, sizeof(x->new.account));
        talk_field(&f, "Local user:  ", WIRE_F_USER);
        talk_field(&f, "IAM user:    ", WIRE_F_IAM_USER);
        talk_field(&f, "Account:     ", WIRE_F_ACCOUNT);
        talk_field(&f, "Record:      ", WIRE_F_TEXT);
    }
    frame_free(&f);
    return rc;
}

static void
answer(struct reset *x, enum wire_choice choice)
{
    struct frame f;

    frame_init(&f, WIRE_ANSWER, WIRE_PERSON_MAX);
    frame_put_number(&f, WIRE_F_CHOICE, choice);
    frame_put_text(&f, WIRE_F_PARTITION, x->new.partition);
    frame_put_text(&f, WIRE_F_ACCOUNT, x->new.account);
    helper_send(&x->helper, &f);
}

/* The record says that the old one is no good any more, or nothing is changed: the helper
 * waits for a person, but not for ever. */
static int
announce(struct reset *x, struct err *e)
{
    struct frame f = {0};
    bool ready;

    answer(x, WIRE_CHOICE_YES);
    ready = helper_receive(&x->helper, &f) == 0 && f.type == WIRE_ASK;
    if (f.type == WIRE_END)
        (void)talk_end(&f);
    if (ready)
        (void)frame_get_clean(&f, WIRE_F_SIGNIN_URL, x->signin_url, sizeof(x->signin_url));
    else
        err_set(e, ERR_TIMEOUT, "this host's record could not be prepared, or it took too long");
    frame_free(&f);
    return ready ? 0 : -1;
}

/* Settle the record. VERB_OK: it says what it has to. */
static int
settle(struct reset *x, enum wire_choice choice)
{
    struct frame f = {0};
    int rc = VERB_OTHER;

    answer(x, choice);
    if (helper_receive(&x->helper, &f) == 0 && f.type == WIRE_END)
        rc = choice != WIRE_CHOICE_NO || frame_get_outcome(&f) == OUTCOME_ERROR ? talk_end(&f)
                                                                                : VERB_OK;
    frame_free(&f);
    return rc;
}

/* ---- the operator ------------------------------------------------------------------------ */

static const char *
question(const struct reset *x)
{
    switch (x->new.access) {
    case RENEW_NONE:
        return "This user has no console password. Give them one? [y/N] ";
    case RENEW_TAKEN:
        return "Console access was taken away from this user: a password was used and is there no "
               "more. Give them another? [y/N] ";
    case RENEW_PASSWORD:
    case RENEW_UNSEEN:
        break;
    }
    return "Give this user another password? The one there is stops working. [y/N] ";
}

/* With --deliver a program may have typed it, whose author was asked; then the host has to
 * know for itself which account is meant. */
static bool
wanted(struct reset *x, bool known, struct err *e)
{
    struct term t = {.peer = -1};
    bool yes = false;

    if (!known)
        (void)printf("Account:     %s, by your credentials\n", x->new.account);
    (void)fflush(stdout);
    if (!term_present() && x->new.access == RENEW_TAKEN)
        (void)fprintf(stderr, "iamlp reset: console access had been taken away from %s\n",
                      x->new.iam_user);
    if (!term_present() && !known)
        err_set(e, ERR_CONFIG,
                "your credentials are of account %s, and this host does not know whether %s is "
                "meant in that; set id in %s, or answer at a terminal",
                x->new.account, x->new.iam_user, x->line.conf);
    if (!term_present())
        return known;
    if (term_begin(&t, e) == 0 && talk_yes(&t, question(x), false, &yes) != TERM_LINE)
        yes = false;
    term_end(&t);
    return yes;
}

/* Nothing is changed for a command that does not work. */
static int
try_command(struct reset *x, struct err *e)
{
    if (x->deliver.command == NULL)
        return 0;
    return stop_begin(&x->stop, e) == 0 ? deliver_try(&x->deliver, &x->stop, e) : -1;
}

static int
make_password(struct reset *x, struct err *e)
{
    struct conf *c = conf_load(x->line.conf, e);
    int rc = c != NULL ? renew_make(&x->new, c->length, c->password_exclude, e) : -1;

    conf_free(c);
    if (rc == 0 && x->stop.fd >= 0)
        stop_read(&x->stop);
    return rc == 0 && x->stop.caught != 0 ? err_set(e, ERR_DENIED, "stopped") : rc;
}

static int
hand_over(struct reset *x, struct err *e)
{
    const char *note = x->new.sure ? "" : "AWS has not answered. If it is refused, reset it again.";
    struct deliver_facts facts = {.user = x->line.operand,
                                  .iam_user = x->new.iam_user,
                                  .account = x->new.account,
                                  .signin_url = x->signin_url,
                                  .note = note};
    struct frame f;

    if (x->deliver.command != NULL)
        return deliver_whole(&x->deliver, &facts, x->new.password, &x->stop, e);
    frame_init(&f, WIRE_SHOW, WIRE_PERSON_MAX);
    if (x->signin_url[0] != '\0')
        frame_put_text(&f, WIRE_F_SIGNIN_URL, x->signin_url);
    frame_put_text(&f, WIRE_F_IAM_USER, x->new.iam_user);
    frame_put_secret(&f, WIRE_F_PASSWORD, x->new.password);
    if (!x->new.sure)
        frame_put_text(&f, WIRE_F_TEXT, note);
    return talk_show(&f, e);
}

/* ---- front ------------------------------------------------------------------------------- */

/* Up to where nothing has been changed anywhere. */
static int
prepare(struct reset *x, struct err *e)
{
    bool known = x->new.account[0] != '\0';

    if (renew_connect(&x->new, x->line.profile, x->line.region, x->line.endpoint_url,
                      x->line.ca_bundle, e) != 0 ||
        renew_identify(&x->new, e) != 0 || !wanted(x, known, e))
        return -1;
    return try_command(x, e) == 0 ? make_password(x, e) : -1;
}

/* From the record's announcement on. -1: nothing was changed. */
static int
change(struct reset *x, struct err *e)
{
    struct err undelivered = ERR_INIT;
    bool handed;

    if (x->deliver.command == NULL)
        stake_begin(STDOUT_FILENO, x->new.password);
    if (renew_set(&x->new, e) != 0) {
        stake_end();
        (void)settle(x, WIRE_CHOICE_NO);
        return -1;
    }
    handed = hand_over(x, &undelivered) == 0;
    stake_end();
    if (!handed)
        (void)fprintf(stderr, "iamlp reset: the password was changed, and %s; reset it again\n",
                      undelivered.msg);
    if (handed && x->new.sure)
        return settle(x, WIRE_CHOICE_YES);
    (void)settle(x, WIRE_CHOICE_LATER);
    return VERB_FAILED;
}

static int
reset(struct reset *x)
{
    struct err e = ERR_INIT;
    int rc = hear(x);

    if (rc >= 0)
        return rc;
    if (prepare(x, &e) != 0)
        (void)settle(x, WIRE_CHOICE_NO);
    else if (announce(x, &e) == 0)
        rc = change(x, &e);
    if (rc >= 0)
        return rc;
    (void)fprintf(stderr, "iamlp reset: %s%snothing was changed\n", e.msg,
                  e.code != ERR_OK ? "; " : "");
    return VERB_FAILED;
}

int
reset_run(int argc, char **argv)
{
    struct reset x = {.helper = {.fd = -1}, .stop = {.fd = -1}};
    struct err e = ERR_INIT;
    int rc = line_parse(&x.line, argc, argv);

    if (rc != VERB_OK)
        return rc;
    if (!deliver_within(&x.deliver, x.line.deliver_timeout)) {
        (void)fprintf(stderr, "iamlp reset: " DELIVER_WITHIN "; try: iamlp reset --help\n");
        return VERB_USAGE;
    }
    if (x.line.deliver == NULL && !term_present()) {
        (void)fprintf(stderr, "iamlp reset: shows a password, so it needs a terminal, or "
                              "--deliver COMMAND\n");
        return VERB_OTHER;
    }
    proc_no_core();
    if (vars_take(&e) != 0) {
        (void)fprintf(stderr, "iamlp reset: %s\n", e.msg);
        return VERB_OTHER;
    }
    x.deliver.command = x.line.deliver;
    x.deliver.inherited = vars_all();
    rc = helper_start(&x.helper, &x.line);
    if (rc == VERB_OK)
        rc = reset(&x);
    helper_stop(&x.helper, rc != VERB_OTHER);
    stop_end(&x.stop);
    renew_end(&x.new);
    return rc;
}
