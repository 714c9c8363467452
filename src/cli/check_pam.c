#include <stdio.h>
#include <string.h>

#include "cli/check.h"
#include "cli/unit.h"
#include "pamd/pamd.h"
#include "pamd/pamdir.h"
#include "pamd/stack.h"
#include "pamd/verdict.h"
#include "state/mark.h"
#include "state/services.h"
#include "state/store.h"

#define AREA "PAM"

/* Services at whose other end somebody sits. */
static const char *const interactive[] = {
    "sshd", "login", "gdm-password", "gdm-fingerprint", "gdm-smartcard", "lightdm",
    "sddm", "xdm",   "lxdm",         "greetd",          "cockpit",       "xrdp-sesman"};

/* ---- who has it -------------------------------------------------------------------------- */

static int
list_service(void *arg, const char *path, const char *name, const struct buf *text)
{
    struct pamd_reader reader;
    struct pamd_line line;
    int rc;

    (void)path;
    pamd_begin(&reader, name, buf_str(text), text->len);
    while ((rc = pamd_next(&reader, &line, NULL)) != 0)
        if (rc > 0 && line.ours)
            buf_addf(arg, "%s%s (%s%s)", ((struct buf *)arg)->len > 0 ? ", " : "", name,
                     pamd_type_name(line.type), line.marked ? "" : ", by hand");
    return 0;
}

void
check_pam_services(struct check *c)
{
    struct err e = ERR_INIT;
    struct buf list;

    buf_init(&list, 2048);
    if (pamdir_each(false, list_service, &list, &e) != 0)
        finding_add(&c->found, WIRE_LEVEL_FAIL, "services", "%s", e.msg);
    else if (list.len > 0)
        finding_add(&c->found, WIRE_LEVEL_OK, "services", "%s", buf_str(&list));
    else
        finding_add(&c->found, WIRE_LEVEL_WARN, "services",
                    "none, so no login is looked at; begin with: iamlp enable sshd");
    buf_free(&list);
}

/* ---- does it work there ------------------------------------------------------------------ */

/* What is being looked at. */
struct look {
    struct check *c;
    const char *service;
    enum pamd_type type;
    const struct stack *stack;
    size_t at; /* our line */
    const struct stack_line *line;
    char exec[UNIT_VALUE_MAX]; /* the claim unit's command; "": there is none */
};

static bool
is_interactive(const char *service)
{
    for (size_t i = 0; i < sizeof(interactive) / sizeof(interactive[0]); i++)
        if (strcmp(interactive[i], service) == 0)
            return true;
    return false;
}

/* Its path in a sentence; the name of an included file is what includes it says. */
static const char *
base_name(const char *file)
{
    const char *slash = strrchr(file, '/');

    return slash != NULL ? slash + 1 : file;
}

static void
look_at_list(const struct look *l)
{
    const char *key = l->type == PAMD_PASSWORD ? "password_services" : "services";
    bool own = strcmp(base_name(l->line->file), l->service) == 0;
    char list[PAMD_WORD_MAX];

    pamd_argument(&l->line->line, key, list, sizeof(list));
    if (list[0] == '\0')
        (void)snprintf(list, sizeof(list), "%s",
                       l->type == PAMD_PASSWORD ? SERVICES_PASSWORD : SERVICES_LOGIN);
    if (services_hold(list, l->service))
        return;
    if (own)
        finding_add(&l->c->found, WIRE_LEVEL_FAIL, AREA,
                    "%s line %u does nothing, since %s does not name %s; add %s=%s to it",
                    l->line->file, l->line->line.number, key, l->service, key, l->service);
    else if (l->type != PAMD_PASSWORD && is_interactive(l->service))
        finding_add(&l->c->found, WIRE_LEVEL_WARN, AREA,
                    "people log in by %s, and %s line %u does not list it; add it to its %s=",
                    l->service, l->line->file, l->line->line.number, key);
}

static void
look_at_place(const struct look *l)
{
    const struct stack_line *above = stack_shortcut(l->stack, l->at);

    if (above != NULL)
        finding_add(&l->c->found, WIRE_LEVEL_FAIL, AREA,
                    "%s line %u (%s %s) ends the %s stack of %s when it succeeds, and line %u is "
                    "not reached; put that one above it",
                    above->file, above->line.number, above->line.control,
                    base_name(above->line.target), pamd_type_name(l->type), l->service,
                    l->line->line.number);
}

static void
look_at_line(const struct look *l)
{
    const struct stack_line *line = l->line;
    struct findings *found = &l->c->found;

    if (l->type == PAMD_AUTH) {
        finding_add(found, WIRE_LEVEL_WARN, AREA,
                    "%s line %u stands in the auth stack, where it does nothing; move it: iamlp "
                    "enable %s",
                    line->file, line->line.number, l->service);
        return;
    }
    if (strcasecmp(line->line.control, "optional") != 0)
        finding_add(found, WIRE_LEVEL_WARN, AREA,
                    "%s line %u is %s: without the module it refuses everybody; write -%s optional",
                    line->file, line->line.number, line->line.control, pamd_type_name(l->type));
    if (l->type == PAMD_PASSWORD && verdict_refused(l->stack, l->at))
        finding_add(found, WIRE_LEVEL_FAIL, AREA,
                    "%s line %u makes the console's password where the local one was not changed, "
                    "too; write requisite before the module that changes it, in the stack of %s",
                    line->file, line->line.number, l->service);
    if (l->type == PAMD_ACCOUNT && l->c->conf != NULL && l->c->conf->create == CONF_CREATE_LOGIN)
        finding_add(found, WIRE_LEVEL_WARN, AREA,
                    "%s line %u: with create = login the account stack makes passwords for people "
                    "whom another line refuses; use the session stack",
                    line->file, line->line.number);
}

/* The hook writes records and marks where the line says; claims look where the unit says. */
static void
look_at_paths(const struct look *l)
{
    const struct line *here = l->c->line;
    const struct {
        const char *name, *preset, *checked;
    } paths[] = {{"conf", CONF_PATH, here->conf},
                 {"state", STORE_DIR, here->state},
                 {"run", MARK_RUN, here->run}};

    for (size_t i = 0; l->type != PAMD_AUTH && i < sizeof(paths) / sizeof(paths[0]); i++) {
        char hook[PAMD_WORD_MAX], unit[PAMD_WORD_MAX];

        pamd_argument(&l->line->line, paths[i].name, hook, sizeof(hook));
        if (hook[0] == '\0')
            (void)snprintf(hook, sizeof(hook), "%s", paths[i].preset);
        if (l->exec[0] == '\0')
            (void)snprintf(unit, sizeof(unit), "%s", paths[i].checked);
        else if (!unit_option(l->exec, paths[i].name, unit, sizeof(unit)))
            (void)snprintf(unit, sizeof(unit), "%s", paths[i].preset);
        if (strcmp(hook, unit) != 0)
            finding_add(&l->c->found, WIRE_LEVEL_FAIL, AREA,
                        "%s line %u has %s=%s, and claims have %s; use one of them in both "
                        "(systemctl edit iamlp-claim.service)",
                        l->line->file, l->line->line.number, paths[i].name, hook, unit);
    }
}

static void
look_at_stack(struct look *l)
{
    size_t count = 0;

    for (size_t i = 0; i < l->stack->count; i++) {
        l->at = i;
        l->line = &l->stack->lines[i];
        if (!l->line->line.ours)
            continue;
        look_at_line(l);
        look_at_list(l);
        look_at_place(l);
        look_at_paths(l);
        if (count++ > 0)
            finding_add(&l->c->found, WIRE_LEVEL_NOTE, AREA,
                        "the %s stack of %s has the line twice; one is enough",
                        pamd_type_name(l->type), l->service);
    }
}

static int
look_at_service(void *arg, const char *path, const char *name, const struct buf *text)
{
    const struct stack_source source = {pamdir_load, NULL};
    struct look *l = arg;
    char includer[PAMDIR_NAME_MAX];

    /* What is included only, or never. */
    if (pamdir_name(name, NULL) != 0)
        return 0;
    l->service = name;
    for (int type = PAMD_AUTH; type <= PAMD_PASSWORD; type++) {
        struct err e = ERR_INIT;
        struct stack s;

        l->type = (enum pamd_type)type;
        l->stack = &s;
        /* Part of others' stacks, not a service: it is looked at there. */
        if (pamdir_includer(name, l->type, includer, NULL) > 0)
            continue;
        if (stack_read(&s, path, l->type, buf_str(text), text->len, &source, &e) == 0)
            look_at_stack(l);
        else if (memmem(buf_str(text), text->len, PAMD_MODULE, strlen(PAMD_MODULE)) != NULL)
            finding_add(&l->c->found, WIRE_LEVEL_FAIL, AREA, "%s", e.msg);
        stack_free(&s);
    }
    return 0;
}

void
check_pam_stacks(struct check *c)
{
    struct look l = {.c = c};
    struct err e = ERR_INIT;

    (void)unit_value("iamlp-claim.service", "ExecStart", l.exec);
    if (pamdir_each(false, look_at_service, &l, &e) != 0)
        finding_add(&c->found, WIRE_LEVEL_FAIL, AREA, "%s", e.msg);
}
