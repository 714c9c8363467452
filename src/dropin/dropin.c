#include "dropin/dropin.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/proc.h"
#include "dropin/dispatch.h"
#include "dropin/input.h"
#include "dropin/newpass.h"
#include "dropin/order.h"
#include "dropin/output.h"
#include "dropin/say.h"
#include "dropin/settings.h"
#include "dropin/usage.h"
#include "dropin/vars.h"

struct run {
    struct secret *words; /* what the order's texts point into */
    struct order order;
    struct input input;
    struct settings settings;
};

/* ---- the process ------------------------------------------------------------------------ */

/* The AWS CLI ends the line on which ^C stands, and says 130 rather than dying of it. */
static void
stopped(int sig)
{
    (void)sig;
    (void)!write(STDOUT_FILENO, "\n", 1);
    _exit(DROPIN_STOPPED);
}

static int
begin(struct err *e)
{
    struct sigaction act = {.sa_handler = stopped};

    (void)sigaction(SIGINT, &act, NULL);
    act.sa_handler = SIG_IGN;
    (void)sigaction(SIGPIPE, &act, NULL);
    proc_no_core();
    /* A set-id bit that somebody has put there changes nothing. */
    if (setresgid(getgid(), getgid(), getgid()) != 0 ||
        setresuid(getuid(), getuid(), getuid()) != 0)
        return err_sys(e, "user and group");
    return vars_take(e);
}

/* DROPIN-1. */
static int
take_words(struct run *r, int argc, char **argv, struct words *w, struct err *e)
{
    size_t at = 0;

    r->words = secret_new(4 * 1024 * 1024, e);
    for (int i = 0; r->words != NULL && i < argc; i++)
        if (secret_append(r->words, argv[i], strlen(argv[i]) + 1, e) != 0)
            return -1;
    /* The verb stays, for whoever looks at the list of processes. */
    for (int i = argv[0][0] == '-' ? 0 : 1; i < argc; i++)
        explicit_bzero(argv[i], strlen(argv[i]));
    if (r->words == NULL)
        return -1;
    if (argc >= WORDS_MAX)
        return err_set(e, ERR_FORMAT, "more than %d words", WORDS_MAX - 1);
    w->count = 0;
    while (at < secret_len(r->words)) {
        /* Options are compared with the words, never written to. */
        w->word[w->count] = (char *)(uintptr_t)secret_str(r->words) + at;
        at += strlen(w->word[w->count++]) + 1;
    }
    return 0;
}

/* ---- before anything is asked ------------------------------------------------------------- */

/* What the AWS CLI takes and iamlp does not, and what neither takes. */
static int
check_globals(const struct order *o, struct err *e)
{
    if (o->query != NULL)
        return err_set(e, ERR_FORMAT, "--query is not here; pass the output on to jq");
    if (o->input_yaml != NULL || (o->skeleton != NULL && strcmp(o->skeleton, "yaml-input") == 0))
        return err_set(e, ERR_FORMAT,
                       "YAML is not here; use --cli-input-json and "
                       "--generate-cli-skeleton");
    return 0;
}

/* Everything up to the first request; *done: that was all. */
static int
prepare(struct run *r, const struct words *w, bool *done, struct err *e)
{
    struct order *o = &r->order;
    enum newpass_way way = NEWPASS_NONE;

    *done = true;
    if (order_parse(w, o, e) != 0)
        return e->code == ERR_CONFIG ? say_failure(DROPIN_OTHER, e) : say_misuse(o, e);
    if (o->version != NULL) {
        (void)puts("iamlp " IAMLP_VERSION);
        return DROPIN_OK;
    }
    if (o->help != NULL) {
        usage_print(o->row);
        return DROPIN_OK;
    }
    if (check_globals(o, e) != 0)
        return say_misuse(&r->order, e);
    if (input_take(&r->input, o, e) != 0)
        return e->code == ERR_CONFIG ? say_failure(DROPIN_OTHER, e) : say_misuse(&r->order, e);
    if (newpass_check(&r->input, o, e) != 0)
        return say_misuse(&r->order, e);
    if (settings_load(&r->settings, o, e) != 0)
        return e->code == ERR_CONFIG ? say_misuse(&r->order, e) : say_failure(DROPIN_OTHER, e);
    if (o->skeleton != NULL && strcmp(o->skeleton, "input") == 0)
        return output_input_skeleton(o->row, e) == 0 ? DROPIN_OK : say_failure(DROPIN_OTHER, e);
    if (newpass_take(&r->input, o, &way, e) != 0)
        return say_misuse(&r->order, e);
    if (way == NEWPASS_STOPPED)
        return DROPIN_STOPPED;
    if (way != NEWPASS_GENERATE && input_check(&r->input, o, e) != 0)
        return say_misuse(&r->order, e);
    if (o->skeleton != NULL)
        return output_output_skeleton(o->row, r->settings.format, e) == 0
                   ? DROPIN_OK
                   : say_failure(DROPIN_OTHER, e);
    *done = false;
    return DROPIN_OK;
}

/* ---- front -------------------------------------------------------------------------- */

int
dropin_run(int argc, char **argv)
{
    struct run *r = calloc(1, sizeof(*r));
    struct err e = ERR_INIT;
    struct words w = {{NULL}, 0};
    bool done = true;
    int status = DROPIN_OTHER;

    if (r == NULL) {
        err_set(&e, ERR_MEMORY, "out of memory");
        return say_failure(DROPIN_OTHER, &e);
    }
    if (begin(&e) != 0)
        status = say_failure(DROPIN_OTHER, &e);
    else if (take_words(r, argc, argv, &w, &e) != 0)
        status = say_misuse(&r->order, &e);
    else
        status = prepare(r, &w, &done, &e);
    if (!done)
        status = dispatch_run(&r->order, &r->input, &r->settings, &e);
    settings_free(&r->settings);
    input_free(&r->input);
    secret_free(r->words);
    free(r);
    return status;
}
