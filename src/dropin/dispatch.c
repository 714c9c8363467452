#include "dropin/dispatch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fdio.h"
#include "dropin/dropin.h"
#include "dropin/newpass.h"
#include "dropin/operator.h"
#include "dropin/output.h"
#include "dropin/say.h"
#include "dropin/stake.h"

struct job {
    const struct order *order;
    struct input *input;
    const struct settings *settings;
    struct operator op;
    struct iam_output *out;
    int tty; /* a generated password is shown there; -1: none was made */
};

static int
find_keys(struct job *j, int64_t deadline, struct err *e)
{
    switch (operator_sign(&j->op, deadline, e)) {
    case SIGNER_FOUND:
        if (j->order->no_sign_request == NULL)
            say_debug(j->order, "keys of %s: %s", j->op.signer.from,
                      cred_of(&j->op.signer.set)->key.access_key_id);
        return DROPIN_OK;
    case SIGNER_NONE:
        return say_failure(DROPIN_CREDENTIALS, e);
    case SIGNER_REFUSED:
        return say_failure(DROPIN_REFUSED, e);
    case SIGNER_FAILED:
        break;
    }
    return say_failure(DROPIN_OTHER, e);
}

/* AWS's or our sentence about a request that was not answered with success. */
static int
refused(struct job *j, struct query_answer *a)
{
    const char *name = j->order->row->name;
    char again[48] = "";

    if (a->code[0] == '\0') {
        (void)fprintf(stderr, "\n%s: %s%s\n", name, a->message,
                      a->maybe_acted ? "; it may have been done all the same" : "");
        /* The AWS CLI makes a service's error of every status that is one. */
        return a->status >= 300 ? DROPIN_REFUSED : DROPIN_OTHER;
    }
    if (a->attempts == RETRY_ATTEMPTS && fault_is_transient(a->fault))
        (void)snprintf(again, sizeof(again), " (reached max retries: %d)", a->attempts - 1);
    (void)fprintf(stderr, "\nAn error occurred (%s) when calling the %s operation%s: %s\n", a->code,
                  name, again, a->message);
    return DROPIN_REFUSED;
}

static int
call(struct job *j, const struct query_target *t, struct err *e)
{
    const struct order *o = j->order;
    struct query_answer a = {0};
    int rc, status = DROPIN_OK;

    if (j->tty >= 0)
        newpass_stake(j->input, o, j->tty);
    rc = iam_call(t, o->action, &j->input->in, j->out, &a, e);
    if (rc != 0)
        return say_failure(DROPIN_OTHER, e);
    say_debug(j->order, "%s at %s: HTTP %d, %d sent, request %s", o->row->name, j->op.endpoint.url,
              a.status, a.attempts, a.request_id);
    if (j->tty >= 0 && (a.fault == FAULT_NONE || a.maybe_acted) &&
        newpass_show(j->input, o, j->tty, a.fault == FAULT_NONE, e) != 0)
        status = say_failure(DROPIN_OTHER, e);
    stake_end();
    if (a.fault != FAULT_NONE)
        status = refused(j, &a);
    else if (output_answer(o->row, j->out, j->settings->format, e) != 0)
        status = say_failure(DROPIN_OTHER, e);
    query_answer_free(&a);
    return status;
}

static int
ask(struct job *j, struct err *e)
{
    const int64_t deadline = clock_system.mono_ms() + j->settings->within_ms;
    struct query_target t;
    int status;

    j->out = calloc(1, sizeof(*j->out));
    if (j->out == NULL) {
        err_set(e, ERR_MEMORY, "out of memory");
        return say_failure(DROPIN_OTHER, e);
    }
    /* At AWS's own address each partition has one region for IAM. */
    if (j->order->endpoint_url != NULL && j->settings->region[0] == '\0') {
        err_set(e, ERR_CONFIG, "You must specify a region: --region, AWS_REGION, or the profile's");
        return say_failure(DROPIN_CREDENTIALS, e);
    }
    if (operator_connect(&j->op, e) != 0)
        return say_failure(DROPIN_OTHER, e);
    status = find_keys(j, deadline, e);
    if (status != DROPIN_OK)
        return status;
    t = operator_target(&j->op, deadline);
    if (j->order->generate_password != NULL &&
        newpass_generate(j->input, j->order, &t, &j->tty, e) != 0)
        return say_failure(DROPIN_OTHER, e);
    /* A generated one has made the last member complete. */
    if (input_check(j->input, j->order, e) != 0)
        return say_misuse(j->order, e);
    return call(j, &t, e);
}

int
dispatch_run(const struct order *o, struct input *i, const struct settings *s, struct err *e)
{
    struct job j = {
        .order = o, .input = i, .settings = s, .op = {.order = o, .settings = s}, .tty = -1};
    int status = ask(&j, e);

    stake_end();
    fdio_close(j.tty);
    operator_close(&j.op);
    free(j.out);
    return status;
}
