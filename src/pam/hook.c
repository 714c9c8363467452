#include "pam/hook.h"

#include <security/pam_appl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/user.h"
#include "pam/args.h"
#include "pam/errand.h"
#include "pam/glance.h"
#include "pam/note.h"
#include "state/services.h"

struct hook {
    pam_handle_t *pamh;
    bool password; /* the password stack */
    struct args args;
    int64_t begun;
    const char *user;
    const char *service;
    uid_t uid;
    char name[USER_NAME_MAX]; /* canonical */
};

static const char *
item(pam_handle_t *pamh, int type)
{
    const void *p = NULL;

    return pam_get_item(pamh, type, &p) == PAM_SUCCESS ? p : NULL;
}

static struct log_event
event(const struct hook *h, enum outcome result, const char *code, const char *msg)
{
    return (struct log_event){.event = h->password ? "accept" : "mark",
                              .result = result,
                              .user = h->user,
                              .service = h->service,
                              .via = h->password ? "passwd" : "login",
                              .code = code,
                              .ms = clock_system.mono_ms() - h->begun,
                              .msg = msg};
}

static void
debug(const struct hook *h, const char *what, const char *why)
{
    char msg[ERR_MSG_MAX];
    struct log_event ev;

    if (!h->args.debug)
        return;
    (void)snprintf(msg, sizeof(msg), "%s: %s", what, why);
    ev = event(h, OUTCOME_OK, "debug", msg);
    note_debug(&ev);
}

static void
note_config(const char *user, const char *service, const char *code, const char *msg)
{
    const struct log_event ev = {.event = "config",
                                 .result = OUTCOME_ERROR,
                                 .user = user,
                                 .service = service,
                                 .code = code,
                                 .ms = -1,
                                 .msg = msg};

    note_write(&ev);
}

/* A name that a record can hold, so that none is looked up for which there can be none. */
static bool
usable(const char *user, size_t size)
{
    return user != NULL && *user != '\0' && strlen(user) < size && strchr(user, '\n') == NULL;
}

/* HOOK-3 in its order; NULL: go on. */
static const char *
refusal(const struct hook *h, int flags)
{
    const char *list = h->password ? h->args.password_services : h->args.services;
    const char *ruser = item(h->pamh, PAM_RUSER);

    if (((unsigned)flags & PAM_SILENT) != 0)
        return "PAM_SILENT";
    if (h->service == NULL || !services_hold(list, h->service))
        return "the service is not listed";
    if (!usable(h->user, sizeof(h->name)))
        return "no usable PAM_USER";
    if (ruser != NULL && *ruser != '\0' && strcmp(ruser, h->user) != 0)
        return "PAM_RUSER is somebody else";
    if (geteuid() != 0)
        return "the effective uid is not 0";
    return NULL;
}

/* NULL: found. Who cannot be looked up is never served, and nobody else would say why. */
static const char *
find_user(struct hook *h)
{
    struct err e = ERR_INIT;
    int found = user_by_name(h->user, &h->uid, h->name, &e);

    if (found < 0) {
        struct log_event ev = event(h, OUTCOME_ERROR, "passwd", e.msg);

        note_write(&ev);
        return "the user cannot be looked up";
    }
    return found > 0 && usable(h->name, sizeof(h->name)) ? NULL : "no such local user";
}

/* Is the helper to be started? */
static bool
begin(struct hook *h, pam_handle_t *pamh, int flags, int argc, const char **argv)
{
    struct err e = ERR_INIT;
    struct glance_place at;
    struct glance g;
    const char *why;

    h->pamh = pamh;
    h->begun = clock_system.mono_ms();
    h->user = item(pamh, PAM_USER);
    h->service = item(pamh, PAM_SERVICE);
    if (args_parse(argc, argv, &h->args, &e) != 0)
        note_config(h->user, h->service, "arguments", e.msg);
    why = refusal(h, flags);
    if (why == NULL)
        why = find_user(h);
    if (why == NULL && h->password && getuid() != h->uid)
        why = "the real uid is not the user's";
    if (why != NULL) {
        debug(h, "ignored", why);
        return false;
    }
    at = (struct glance_place){h->args.conf, h->args.state, h->args.run};
    g = glance_look(&at, h->uid, h->name, clock_system.wall_s(), h->password);
    debug(h, g.helper ? "helper" : "nothing to do", g.why);
    return g.helper;
}

/* The conversation may be missing. pam_prompt is not used because it writes to the host's
 * syslog where the conversation fails. */
static void
tell(pam_handle_t *pamh, int style, const char *text)
{
    const struct pam_message message = {style, text};
    const struct pam_message *messages = &message;
    const struct pam_conv *conv = (const void *)item(pamh, PAM_CONV);
    struct pam_response *answer = NULL;

    if (conv == NULL || conv->conv == NULL)
        return;
    if (conv->conv(1, &messages, &answer, conv->appdata_ptr) != PAM_SUCCESS || answer == NULL)
        return;
    free(answer->resp);
    free(answer);
}

static void
run_helper(const struct hook *h, const char *verb, const char *password)
{
    const struct errand it = {.args = &h->args,
                              .verb = verb,
                              .user = h->user,
                              .service = h->service,
                              .rhost = item(h->pamh, PAM_RHOST),
                              .password = password,
                              .begun = h->begun};
    struct errand_end end;
    struct err e = ERR_INIT;
    struct log_event ev;
    char msg[32];

    if (errand_run(&it, &end, &e) != 0) {
        ev = e.code == ERR_TIMEOUT ? event(h, OUTCOME_TIMEOUT, "timeout", e.msg)
                                   : event(h, OUTCOME_ERROR, "helper", e.msg);
        note_write(&ev);
        return;
    }
    (void)snprintf(msg, sizeof(msg), "exit status %d", end.status);
    debug(h, h->args.helper, msg);
    if (end.text[0] != '\0')
        tell(h->pamh, end.outcome == OUTCOME_OK ? PAM_TEXT_INFO : PAM_ERROR_MSG, end.text);
}

void
hook_login(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
    struct hook h = {.password = false};

    if (begin(&h, pamh, flags, argc, argv))
        run_helper(&h, "mark", NULL);
}

void
hook_password(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
    struct hook h = {.password = true};
    const char *password;

    if ((flags & PAM_UPDATE_AUTHTOK) == 0 || !begin(&h, pamh, flags, argc, argv))
        return;
    password = item(pamh, PAM_AUTHTOK);
    if (password != NULL && *password != '\0')
        run_helper(&h, "accept", password);
    else
        debug(&h, "ignored", "no password");
}

void
hook_wrong_stack(pam_handle_t *pamh)
{
    note_config(item(pamh, PAM_USER), item(pamh, PAM_SERVICE), "stack",
                "pam_iamlp.so belongs in the account, session or password stack, not in auth; "
                "it is ignored");
}
