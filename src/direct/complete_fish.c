/* The script for fish: a line `complete` for each verb and each option. */
#include <stdio.h>

#include "direct/completion.h"

static const char *const values[] = {
    [COMPLETION_ANY] = " -x",
    [COMPLETION_FILE] = " -r -F",
    [COMPLETION_FOLDER] = " -x -a '(__fish_complete_directories (commandline -ct))'",
    [COMPLETION_USER] = " -x -a '(__fish_complete_users)'",
    [COMPLETION_GROUP] = " -x -a '(__fish_complete_groups)'",
    [COMPLETION_SERVICE] = " -x -a '(command ls /etc/pam.d)'",
};

static void
print_value(const char *value)
{
    enum completion_kind kind = completion_kind(value);

    if (kind != COMPLETION_WORDS) {
        (void)fputs(values[kind], stdout);
        return;
    }
    (void)printf(" -x -a '");
    completion_words(value);
    (void)printf("'");
}

static void
print_help(const char *help)
{
    if (help[0] == '\0') {
        (void)printf("\n");
        return;
    }
    (void)printf(" -d '");
    completion_quoted(help, "", true);
    (void)printf("'\n");
}

static void
print_verb(const struct completion_verb *v)
{
    static const char behind[] = "complete -c iamlp -n '__fish_seen_subcommand_from %s'";

    if (completion_kind(v->operand) != COMPLETION_ANY) {
        (void)printf(behind, v->name);
        print_value(v->operand);
        (void)printf("\n");
    }
    for (size_t i = 0; i < v->count; i++) {
        (void)printf(behind, v->name);
        (void)printf(" -l %s", v->options[i].name + 2);
        if (v->options[i].value != NULL)
            print_value(v->options[i].value);
        print_help(v->options[i].help);
    }
}

void
complete_fish_print(void)
{
    struct completion_verb v;

    (void)printf("# fish completion for iamlp, by `iamlp completion fish`\n"
                 "complete -c iamlp -f\n"
                 "complete -c iamlp -n __fish_use_subcommand -l help\n"
                 "complete -c iamlp -n __fish_use_subcommand -l version\n");
    for (size_t at = 0; completion_at(at, &v); at++) {
        (void)printf("complete -c iamlp -n __fish_use_subcommand -a %s", v.name);
        print_help(v.help);
    }
    for (size_t at = 0; completion_at(at, &v); at++)
        print_verb(&v);
}
