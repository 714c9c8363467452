/* iamlp completion bash|zsh|fish: a script for the shell, on stdout. */
#include "direct/completion.h"

#include <stdio.h>
#include <string.h>

#include "cli/delegate.h"
#include "cli/line.h"
#include "cli/verb.h"
#include "dropin/dropin.h"

#define SHELLS "bash|zsh|fish"

static const struct {
    const char *name;
    void (*print)(void);
} shells[] = {
    {"bash", complete_bash_print}, {"zsh", complete_zsh_print}, {"fish", complete_fish_print}};

/* ---- the tables ---------------------------------------------------------------------------- */

static void
add(struct completion_verb *v, const char *name, const char *value, const char *help)
{
    (void)snprintf(v->options[v->count].name, sizeof(v->options[0].name), "%.*s",
                   ORDER_NAME_SIZE - 1, name);
    v->options[v->count].value = value;
    v->options[v->count++].help = help;
}

static void
take_own(const struct verb *row, struct completion_verb *v)
{
    char name[ORDER_NAME_SIZE];

    *v = (struct completion_verb){.name = row->name, .operand = row->arguments, .help = row->help};
    if (strcmp(v->operand, "SHELL") == 0)
        v->operand = SHELLS;
    for (const struct line_option *o = line_options; o->name != NULL; o++)
        if ((o->of & row->takes) != 0) {
            (void)snprintf(name, sizeof(name), "--%.60s", o->name);
            add(v, name, o->value, o->help);
        }
    add(v, "--help", NULL, "");
}

static void
take_dropin(const char *name, struct completion_verb *v)
{
    struct offer offers[ORDER_OPTIONS_MAX];
    size_t count = offer_list(name, offers);

    *v = (struct completion_verb){.name = name, .operand = "", .help = "in the place of aws iam"};
    for (size_t i = 0; i < count; i++)
        add(v, offers[i].name, offers[i].value, "");
}

bool
completion_at(size_t at, struct completion_verb *v)
{
    size_t own = 0;
    const char *name;

    while (verb_table[own].name != NULL)
        own++;
    if (at < own) {
        take_own(&verb_table[at], v);
        return true;
    }
    name = delegate_verb(at - own);
    if (name != NULL)
        take_dropin(name, v);
    return name != NULL;
}

/* ---- what the shells have in common ------------------------------------------------- */

enum completion_kind
completion_kind(const char *value)
{
    static const struct {
        const char *value;
        enum completion_kind kind;
    } kinds[] = {
        {"PATH", COMPLETION_FILE},       {"FILE", COMPLETION_FILE},   {"DIR", COMPLETION_FOLDER},
        {"USER", COMPLETION_USER},       {"GROUP", COMPLETION_GROUP}, {"COMMAND", COMPLETION_FILE},
        {"SERVICE", COMPLETION_SERVICE},
    };

    if (strchr(value, '|') != NULL)
        return COMPLETION_WORDS;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(kinds[i].value, value) == 0)
            return kinds[i].kind;
    return COMPLETION_ANY;
}

void
completion_words(const char *value)
{
    for (const char *p = value; *p != '\0'; p++)
        (void)putchar(*p == '|' ? ' ' : *p);
}

void
completion_quoted(const char *text, const char *characters, bool fish)
{
    for (const char *p = text; *p != '\0'; p++) {
        if (strchr(characters, *p) != NULL || (fish && (*p == '\\' || *p == '\'')))
            (void)putchar('\\');
        (void)fputs(*p == '\'' && !fish ? "'\\''" : (const char[]){*p, '\0'}, stdout);
    }
}

int
completion_run(int argc, char **argv)
{
    struct line line;
    int rc = line_parse(&line, argc, argv);

    if (rc != VERB_OK)
        return rc;
    for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++)
        if (strcmp(line.operand, shells[i].name) == 0) {
            shells[i].print();
            return VERB_OK;
        }
    return line_misused(&line);
}
