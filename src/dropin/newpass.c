#include "dropin/newpass.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/term.h"
#include "dropin/param.h"
#include "dropin/stake.h"
#include "pwgen/pwgen.h"

#define LENGTH 20 /* as for everybody whom this host provisions */

/* ---- files ------------------------------------------------------------------------------ */

/* All but one line end at the end. */
static struct secret *
read_one(const char *path, struct err *e)
{
    struct secret *s = param_read(path, e);
    size_t len = s != NULL ? secret_len(s) : 0;

    if (len > 0 && secret_str(s)[len - 1] == '\n')
        secret_truncate(s, len - 1);
    if (s != NULL && strlen(secret_str(s)) != secret_len(s)) {
        err_set(e, ERR_FORMAT, "%s holds a byte that no password has",
                path != NULL ? path : "standard input");
        secret_free(s);
        s = NULL;
    }
    return s;
}

static int
only_one(const struct order *o, bool given, struct err *e)
{
    int ways = given + (o->password_stdin != NULL) + (o->password_file != NULL) +
               (o->generate_password != NULL);

    return ways <= 1 ? 0
                     : err_set(e, ERR_FORMAT,
                               "only one of --password, --password-stdin, --password-file and "
                               "--generate-password can be given");
}

/* ---- questions ---------------------------------------------------------------------------- */

static int
ask_one(struct term *t, const char *question, struct secret **to, enum newpass_way *way,
        struct err *e)
{
    struct secret *line = secret_new(TERM_LINE_MAX, e);

    if (line == NULL)
        return -1;
    if (term_ask(t, question, true, line) != TERM_LINE) {
        secret_free(line);
        *way = NEWPASS_STOPPED;
        return 0;
    }
    *way = NEWPASS_READ;
    *to = line;
    return 0;
}

/* A new password is typed twice. */
static int
ask_for(struct term *t, struct input *i, const struct order *o, const struct action_member *m,
        enum newpass_way *way, struct err *e)
{
    bool old = strcmp(m->name, "OldPassword") == 0;
    struct secret *first = NULL, *again = NULL;
    int rc = ask_one(t, old ? "Old password: " : "New password: ", &first, way, e);

    if (rc == 0 && first != NULL && !old)
        rc = ask_one(t, "New password again: ", &again, way, e);
    if (rc == 0 && again != NULL && strcmp(secret_str(first), secret_str(again)) != 0)
        rc = err_set(e, ERR_FORMAT, "the two passwords differ");
    if (rc == 0 && *way == NEWPASS_READ)
        input_set(i, o, m, first);
    else
        secret_free(first);
    secret_free(again);
    return rc;
}

static bool
somebody_is_there(void)
{
    return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

int
newpass_check(const struct input *i, const struct order *o, struct err *e)
{
    bool comes = o->lenient || o->password_stdin != NULL || o->password_file != NULL ||
                 o->generate_password != NULL || (o->skeleton == NULL && somebody_is_there());

    for (size_t at = 0; !comes && at < o->row->input_count; at++)
        if (o->row->input[at].kind == ACTION_SECRET && o->row->input[at].required && !i->given[at])
            return err_set(e, ERR_FORMAT, "%s is required", i->name[at]);
    return 0;
}

/* `wanted`, or whatever is required and missing, where a person is there to be asked. */
static int
ask(struct input *i, const struct order *o, const struct action_member *wanted,
    enum newpass_way *way, struct err *e)
{
    struct term t = {.peer = -1, .on_error = true, .signals = -1};
    int rc = 0;

    if (!somebody_is_there())
        return 0;
    for (size_t at = 0; rc == 0 && at < o->row->input_count && *way != NEWPASS_STOPPED; at++) {
        const struct action_member *m = &o->row->input[at];

        if (m != wanted && (m->kind != ACTION_SECRET || !m->required || i->given[at]))
            continue;
        if (t.signals < 0)
            rc = term_begin(&t, e);
        if (rc == 0)
            rc = ask_for(&t, i, o, m, way, e);
    }
    term_end(&t);
    return rc;
}

int
newpass_take(struct input *i, const struct order *o, enum newpass_way *way, struct err *e)
{
    const struct action_member *m = order_password(o->row);
    struct secret *s = NULL;

    *way = NEWPASS_NONE;
    if (m != NULL && only_one(o, i->given[m - o->row->input], e) != 0)
        return -1;
    if (o->skeleton != NULL && !(o->password_stdin != NULL || o->password_file != NULL))
        return 0;
    if (o->generate_password != NULL) {
        *way = NEWPASS_GENERATE;
        return 0;
    }
    if (o->password_stdin == NULL && o->password_file == NULL)
        return ask(i, o, NULL, way, e);
    /* Reading from a terminal would show what is typed. */
    if (o->password_file == NULL && isatty(STDIN_FILENO))
        return somebody_is_there() ? ask(i, o, m, way, e)
                                   : err_set(e, ERR_FORMAT,
                                             "--password-stdin: standard input is a terminal, and "
                                             "standard error is none, to ask on");
    s = read_one(o->password_file, e);
    if (s == NULL)
        return -1;
    input_set(i, o, m, s);
    *way = NEWPASS_READ;
    return 0;
}

/* ---- the generator ------------------------------------------------------------------ */

/* The account's policy; IAM's default where it has none, or where it may not be read. */
static void
read_policy(const struct query_target *t, struct policy *p)
{
    struct iam_output *out = calloc(1, sizeof(*out));
    struct iam_input in;
    struct query_answer a = {0};
    struct err e = ERR_INIT;

    *p = policy_default;
    iam_input_init(&in);
    if (out != NULL && iam_call(t, IAM_GET_ACCOUNT_PASSWORD_POLICY, &in, out, &a, &e) == 0 &&
        a.fault == FAULT_NONE)
        iam_policy(out, p);
    query_answer_free(&a);
    free(out);
}

int
newpass_generate(struct input *i, const struct order *o, const struct query_target *t, int *tty,
                 struct err *e)
{
    struct pwgen_request r = {.length = LENGTH};
    struct secret *s;

    *tty = open("/dev/tty", O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (*tty < 0)
        return err_set(e, ERR_SYSTEM,
                       "--generate-password shows the password on the terminal, and there is none; "
                       "a script makes its own and passes it on with --password-stdin");
    read_policy(t, &r.policy);
    s = pwgen_make(&r, pwgen_system_random, e);
    if (s == NULL)
        return -1;
    input_set(i, o, order_password(o->row), s);
    return 0;
}

static const struct secret *
made(const struct input *i, const struct order *o)
{
    return i->text[order_password(o->row) - o->row->input];
}

void
newpass_stake(const struct input *i, const struct order *o, int tty)
{
    stake_begin(tty, made(i, o));
}

int
newpass_show(const struct input *i, const struct order *o, int tty, bool sure, struct err *e)
{
    return stake_show(tty, made(i, o), sure) == 0 ? 0 : err_sys(e, "the terminal");
}
