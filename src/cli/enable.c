/* iamlp enable SERVICE: one marked line at the end of one stack of one service. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fdio.h"
#include "cli/line.h"
#include "cli/verb.h"
#include "pamd/pamd.h"
#include "pamd/pamdir.h"
#include "pamd/stack.h"
#include "state/services.h"
#include "state/store.h"

struct request {
    const char *service;
    const char *state;
    enum pamd_type type;
};

static int
parse(int argc, char **argv, struct request *r)
{
    struct line line;
    struct err e = ERR_INIT;
    int rc = line_parse(&line, argc, argv);

    if (rc != VERB_OK)
        return rc;
    r->service = line.operand;
    r->state = line.state;
    r->type = line.account ? PAMD_ACCOUNT : line.password ? PAMD_PASSWORD : PAMD_SESSION;
    if ((int)line.session + line.account + line.password > 1)
        return line_misused(&line);
    if (pamdir_name(r->service, &e) == 0)
        return VERB_OK;
    (void)fprintf(stderr, "iamlp enable: %s\n", e.msg);
    return VERB_USAGE;
}

/* ---- what other services would notice ------------------------------------------------ */

/* The line would act, and count in jumps, wherever the file is included. */
static int
refuse_shared(const struct request *r, struct err *e)
{
    char includer[PAMDIR_NAME_MAX];
    int found;

    if (strcmp(r->service, "other") == 0)
        return err_set(e, ERR_DENIED,
                       "libpam takes other for every service that lacks a stack of its own; "
                       "enable one service, such as sshd");
    if (strncmp(r->service, "common-", 7) == 0)
        return err_set(e, ERR_DENIED,
                       "cron, sudo, su and more include %s, and pam-auth-update writes it; enable "
                       "one service, such as sshd",
                       r->service);
    found = pamdir_includer(r->service, r->type, includer, e);
    if (found <= 0)
        return found;
    return err_set(e, ERR_DENIED,
                   "the service %s includes %s, so the line would act there as well; enable a "
                   "service that no other includes",
                   includer, r->service);
}

/* ---- the change ---------------------------------------------------------------------- */

/* Keep the file as it is now in STATE/pam.d: it has to be found by whoever mends a host
 * on which nobody can log in, and nothing but root's eyes should find it in /etc/pam.d. */
static int
back_up(const struct request *r, const struct pamdir_file *f, struct err *e)
{
    int state, dir = -1, rc = -1;

    state = store_open(r->state, e);
    if (state < 0)
        return err_wrap(e, "no place for a copy of %s", f->path);
    /* The copy is of the file without us: with a line of ours in it there is one. */
    if (strstr(buf_str(&f->text), PAMD_MARK) != NULL)
        rc = 0;
    else if (mkdirat(state, "pam.d", 0700) != 0 && errno != EEXIST)
        err_sys(e, "cannot make %s/pam.d", r->state);
    else if ((dir = openat(state, "pam.d", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) < 0)
        err_sys(e, "%s/pam.d", r->state);
    else
        rc = fdio_replace(dir, f->name, buf_str(&f->text), f->text.len, 0600, e);
    fdio_close(dir);
    fdio_close(state);
    return rc;
}

static int
write_line(const struct request *r, const struct pamdir *d, const struct pamdir_file *f,
           struct err *e)
{
    /* The hook passes over services that its line does not list; these it knows. */
    const char *preset = r->type == PAMD_PASSWORD ? SERVICES_PASSWORD : SERVICES_LOGIN;
    char argument[PAMDIR_NAME_MAX + 32];
    struct buf line, text;
    unsigned number = 1;
    int rc = -1;

    buf_init(&line, PAMD_LINE_MAX);
    buf_init(&text, PAMD_TEXT_MAX);
    (void)snprintf(argument, sizeof(argument), "%s=%s",
                   r->type == PAMD_PASSWORD ? "password_services" : "services", r->service);
    pamd_compose(r->type, services_hold(preset, r->service) ? NULL : argument, &line);
    pamd_add(buf_str(&f->text), f->text.len, buf_str(&line), &text);
    if (buf_check(&line, "the line", e) == 0 && buf_check(&text, f->path, e) == 0 &&
        pamdir_writable(d, e) == 0 && back_up(r, f, e) == 0 &&
        pamdir_replace(d, f, buf_str(&text), text.len, e) == 0) {
        const char *begin = buf_str(&text);

        for (size_t i = 0; i + 1 < text.len; i++)
            if (buf_str(&text)[i] == '\n') {
                begin = buf_str(&text) + i + 1;
                number++;
            }
        (void)printf("%s line %u is new: %s", f->path, number, begin);
        rc = 0;
    }
    buf_free(&text);
    buf_free(&line);
    return rc;
}

/* What would keep the line from doing anything. */
static void
warn(const struct request *r, const struct stack *s)
{
    static const char *const parts[] = {IAMLP_PAMDIR "/" PAMD_MODULE,
                                        IAMLP_LIBEXECDIR "/iamlp-helper"};
    const struct stack_line *l = stack_shortcut(s, s->count);

    if (l != NULL)
        (void)fprintf(stderr,
                      "iamlp enable: warning: %s line %u (%s %s) ends the %s stack when it "
                      "succeeds; the new line is not reached then\n",
                      l->file, l->line.number, l->line.control, l->line.target,
                      pamd_type_name(r->type));
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (access(parts[i], R_OK) != 0)
            (void)fprintf(stderr,
                          "iamlp enable: warning: %s is missing; the line does nothing "
                          "until it is installed\n",
                          parts[i]);
}

static int
change(const struct request *r, const struct pamdir *d, const struct pamdir_file *f, struct err *e)
{
    const struct stack_source source = {pamdir_load, NULL};
    const struct stack_line *ours;
    struct stack s;
    int rc = -1;

    if (refuse_shared(r, e) != 0 ||
        stack_read(&s, f->path, r->type, buf_str(&f->text), f->text.len, &source, e) != 0)
        return -1;
    ours = stack_ours(&s);
    if (ours != NULL) {
        (void)printf("%s is enabled already: %s line %u%s\n", r->service, ours->file,
                     ours->line.number,
                     ours->line.marked ? "" : ", which iamlp enable has not written");
        rc = 0;
    } else if (stack_judge(&s, r->service, r->type, e) == 0) {
        rc = write_line(r, d, f, e);
    }
    if (rc == 0)
        warn(r, &s);
    stack_free(&s);
    return rc;
}

int
enable_run(int argc, char **argv)
{
    struct request r = {.type = PAMD_SESSION};
    struct pamdir_file f;
    struct err e = ERR_INIT;
    struct pamdir d;
    int rc;

    rc = parse(argc, argv, &r);
    if (rc != VERB_OK)
        return rc;
    if (pamdir_open(&d, &e) == 0 && pamdir_read(&f, r.service, &e) == 0) {
        (void)change(&r, &d, &f, &e);
        pamdir_close(&f);
    }
    pamdir_shut(&d);
    if (e.code == ERR_OK)
        return VERB_OK;
    (void)fprintf(stderr, "iamlp enable: %s; nothing was changed\n", e.msg);
    return e.code == ERR_DENIED || e.code == ERR_FORMAT ? VERB_FAILED : VERB_OTHER;
}
