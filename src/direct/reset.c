#include "direct/reset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/proc.h"
#include "base/text.h"
#include "cli/deliver.h"
#include "cli/root.h"
#include "cli/talk.h"
#include "cli/verb.h"
#include "conf/conf.h"
#include "dropin/operator.h"
#include "dropin/vars.h"
#include "iam/iam.h"
#include "pwgen/pwgen.h"

struct reset {
    struct line line;
    struct root helper;
    struct deliver_order deliver; /* command NULL: shown at the terminal */
    struct stop stop;             /* of what is delivered */
    struct order order;
    struct settings settings;
    struct operator op;
    struct iam_output *out;
    char iam_user[65], account[13], partition[32];
    struct secret *password;
    bool sure; /* AWS has said yes */
};

/* ---- AWS ------------------------------------------------------------------------------------- */

/* -1: the sentence, with AWS's code; *a: its answer. */
static int
call(struct reset *x, enum iam_action action, struct query_answer *a, struct err *e)
{
    const struct query_target t =
        operator_target(&x->op, clock_system.mono_ms() + x->settings.within_ms);
    struct iam_input in;

    iam_input_init(&in);
    if (action != IAM_GET_ACCOUNT_PASSWORD_POLICY)
        in.user_name = x->iam_user;
    if (action == IAM_UPDATE_LOGIN_PROFILE || action == IAM_CREATE_LOGIN_PROFILE) {
        in.password = x->password;
        in.password_reset_required = IAM_TRUE;
    }
    if (iam_call(&t, action, &in, x->out, a, e) != 0)
        return -1;
    if (a->fault == FAULT_NONE)
        return 0;
    return err_set(e, ERR_DENIED, "%s: %s%s%.250s", iam_action_name(action), a->code,
                   a->code[0] != '\0' ? ": " : "", a->message);
}

/* Who it is, and in which account: these have to be the ones that the host means. */
static int
identify(struct reset *x, struct err *e)
{
    struct query_answer a = {0};
    char account[13];

    if (call(x, IAM_GET_USER, &a, e) != 0 ||
        iam_parse_arn(x->out->arn, x->partition, account, e) != 0)
        return -1;
    if (x->account[0] != '\0' && strcmp(account, x->account) != 0)
        return err_set(e, ERR_DENIED,
                       "your credentials are of account %s, and the user is in %s; choose others "
                       "with --profile",
                       account, x->account);
    memcpy(x->account, account, sizeof(account));
    return 0;
}

static int
make_password(struct reset *x, struct err *e)
{
    struct conf *c = conf_load(x->line.conf, e);
    struct pwgen_request r = {.policy = policy_default};
    struct query_answer a = {0};
    struct err unread = ERR_INIT;

    if (c == NULL)
        return -1;
    r.length = c->length;
    r.exclude = c->password_exclude;
    if (call(x, IAM_GET_ACCOUNT_PASSWORD_POLICY, &a, &unread) == 0)
        iam_policy(x->out, &r.policy);
    x->password = pwgen_make(&r, pwgen_system_random, e);
    conf_free(c);
    return x->password != NULL ? 0 : -1;
}

/* One that is there is changed; who has none gets one. */
static int
set_password(struct reset *x, struct err *e)
{
    struct query_answer a = {0};

    if (call(x, IAM_UPDATE_LOGIN_PROFILE, &a, e) == 0) {
        x->sure = true;
        return 0;
    }
    if (a.fault == FAULT_NO_SUCH_ENTITY) {
        err_clear(e);
        x->sure = call(x, IAM_CREATE_LOGIN_PROFILE, &a, e) == 0;
    }
    /* What may have been done is shown all the same. */
    return x->sure || a.maybe_acted ? 0 : -1;
}

static int
connect_to(struct reset *x, struct err *e)
{
    x->order = (struct order){.action = IAM_UPDATE_LOGIN_PROFILE,
                              .row = action_row(IAM_UPDATE_LOGIN_PROFILE),
                              .endpoint_url = x->line.endpoint_url,
                              .region = x->line.region,
                              .profile = x->line.profile,
                              .ca_bundle = x->line.ca_bundle};
    x->out = calloc(1, sizeof(*x->out));
    if (x->out == NULL)
        return err_set(e, ERR_MEMORY, "out of memory");
    if (settings_load(&x->settings, &x->order, e) != 0 || operator_connect(&x->op, e) != 0)
        return -1;
    return operator_sign(&x->op, clock_system.mono_ms() + x->settings.within_ms, e) == SIGNER_FOUND
               ? 0
               : -1;
}

/* ---- the operator ---------------------------------------------------------------------------- */

static bool
wanted(void)
{
    struct term t = {.peer = -1};
    struct err e = ERR_INIT;
    bool yes = false;

    if (!term_present())
        return true; /* a program, with --deliver: who wrote it has been asked */
    if (term_begin(&t, &e) == 0 && talk_yes(&t,
                                            "Give this user another password? The one there is "
                                            "stops working. [y/N] ",
                                            false, &yes) != TERM_LINE)
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
hand_over(struct reset *x, struct err *e)
{
    const char *note = x->sure ? "" : "AWS has not answered. If it is refused, reset it again.";
    struct deliver_facts facts = {.user = x->line.operand,
                                  .iam_user = x->iam_user,
                                  .account = x->account,
                                  .signin_url = "",
                                  .note = note};
    struct frame f;
    char url[160];

    (void)snprintf(url, sizeof(url), "https://%s.signin.aws.amazon.com/console", x->account);
    if (strcmp(x->partition, "aws") == 0)
        facts.signin_url = url;
    if (x->deliver.command != NULL)
        return deliver_whole(&x->deliver, &facts, x->password, &x->stop, e);
    frame_init(&f, WIRE_SHOW, WIRE_PERSON_MAX);
    if (facts.signin_url[0] != '\0')
        frame_put_text(&f, WIRE_F_SIGNIN_URL, url);
    frame_put_text(&f, WIRE_F_IAM_USER, x->iam_user);
    frame_put(&f, WIRE_F_PASSWORD, secret_str(x->password), secret_len(x->password));
    if (!x->sure)
        frame_put_text(&f, WIRE_F_TEXT, note);
    return talk_show(&f, e);
}

/* ---- the host -------------------------------------------------------------------------------- */

/* What the helper says first; an exit status, or -1: it has asked. */
static int
hear(struct reset *x)
{
    struct frame f = {0};
    int rc = VERB_OTHER;

    if (root_receive(&x->helper, &f) == 0 && f.type == WIRE_END) {
        rc = talk_end(&f);
        rc = rc == VERB_OK ? VERB_FAILED : rc;
    } else if (f.type == WIRE_ASK) {
        rc = frame_get_text(&f, WIRE_F_IAM_USER, x->iam_user, sizeof(x->iam_user)) ? -1 : rc;
        (void)frame_get_text(&f, WIRE_F_ACCOUNT, x->account, sizeof(x->account));
        talk_field(&f, "Local user:  ", WIRE_F_USER);
        talk_field(&f, "IAM user:    ", WIRE_F_IAM_USER);
        talk_field(&f, "Account:     ", WIRE_F_ACCOUNT);
        talk_field(&f, "Record:      ", WIRE_F_TEXT);
    }
    frame_free(&f);
    return rc;
}

/* Settle the record, or leave it. */
static int
answer(struct reset *x, bool done)
{
    struct frame f;
    int rc = VERB_OTHER;

    frame_init(&f, WIRE_ANSWER, WIRE_PERSON_MAX);
    frame_put_number(&f, WIRE_F_CHOICE, done ? WIRE_CHOICE_YES : WIRE_CHOICE_NO);
    root_send(&x->helper, &f);
    memset(&f, 0, sizeof(f));
    if (root_receive(&x->helper, &f) == 0 && f.type == WIRE_END)
        rc = done ? talk_end(&f) : VERB_OK;
    frame_free(&f);
    return rc;
}

static int
reset(struct reset *x)
{
    struct err e = ERR_INIT, undelivered = ERR_INIT;
    bool done;
    int rc = hear(x);

    if (rc >= 0)
        return rc;
    done = connect_to(x, &e) == 0 && identify(x, &e) == 0 && wanted() && try_command(x, &e) == 0 &&
           make_password(x, &e) == 0 && set_password(x, &e) == 0;
    rc = answer(x, done);
    if (done && hand_over(x, &undelivered) != 0) {
        (void)fprintf(stderr, "iamlp reset: the password was changed, and %s; reset it again\n",
                      undelivered.msg);
        return VERB_FAILED;
    }
    if (done)
        return rc;
    (void)fprintf(stderr, "iamlp reset: %s%snothing was changed\n", e.msg,
                  e.code != ERR_OK ? "; " : "");
    return VERB_FAILED;
}

int
reset_run(int argc, char **argv)
{
    struct reset x = {.helper = {0, -1}, .stop = {.fd = -1}};
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
    x.op = (struct operator){.order = &x.order, .settings = &x.settings};
    if (vars_take(&e) != 0) {
        (void)fprintf(stderr, "iamlp reset: %s\n", e.msg);
        return VERB_OTHER;
    }
    x.deliver.command = x.line.deliver;
    x.deliver.inherited = vars_all();
    rc = root_start(&x.helper, &x.line);
    if (rc == VERB_OK)
        rc = reset(&x);
    root_stop(&x.helper, rc != VERB_OTHER);
    stop_end(&x.stop);
    secret_free(x.password);
    operator_close(&x.op);
    settings_free(&x.settings);
    free(x.out);
    return rc;
}
