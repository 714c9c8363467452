/* The script for zsh: one function of its completion system, by _arguments. */
#include <stdio.h>

#include "direct/completion.h"

static const char head[] = "#compdef iamlp\n"
                           "# zsh completion for iamlp, by `iamlp completion zsh`\n"
                           "_iamlp() {\n"
                           "    local -a verbs\n"
                           "    verbs=(\n";

static const char middle[] = "    )\n"
                             "    if (( CURRENT == 2 )); then\n"
                             "        if [[ $PREFIX == -* ]]; then\n"
                             "            _arguments --help --version\n"
                             "        else\n"
                             "            _describe -t verbs verb verbs\n"
                             "        fi\n"
                             "        return\n"
                             "    fi\n"
                             "    shift words\n"
                             "    (( CURRENT-- ))\n"
                             "    case $words[1] in\n";

/* Loaded as the function of that name, or read as a start-up file. */
static const char tail[] = "    esac\n"
                           "}\n"
                           "if [[ $funcstack[1] == _iamlp ]]; then\n"
                           "    _iamlp \"$@\"\n"
                           "else\n"
                           "    compdef _iamlp iamlp\n"
                           "fi\n";

static const char *const actions[] = {
    [COMPLETION_ANY] = " ",
    [COMPLETION_FILE] = "_files",
    [COMPLETION_FOLDER] = "_files -/",
    [COMPLETION_USER] = "_users",
    [COMPLETION_GROUP] = "_groups",
    [COMPLETION_SERVICE] = "_files -W /etc/pam.d",
};

/* ":what it is:how it is completed" */
static void
print_value(const char *value)
{
    enum completion_kind kind = completion_kind(value);

    if (kind != COMPLETION_WORDS) {
        (void)printf(":%s:%s", value, actions[kind]);
        return;
    }
    (void)printf(":word:(");
    completion_words(value);
    (void)printf(")");
}

static void
print_verb(const struct completion_verb *v)
{
    (void)printf("    (%s)\n        _arguments", v->name);
    for (size_t i = 0; i < v->count; i++) {
        (void)printf(" \\\n            '%s%s", v->options[i].name,
                     v->options[i].value != NULL ? "=" : "");
        if (v->options[i].help[0] != '\0') {
            (void)printf("[");
            completion_quoted(v->options[i].help, "[]:", false);
            (void)printf("]");
        }
        if (v->options[i].value != NULL)
            print_value(v->options[i].value);
        (void)printf("'");
    }
    if (completion_kind(v->operand) != COMPLETION_ANY) {
        (void)printf(" \\\n            '1");
        print_value(v->operand);
        (void)printf("'");
    }
    (void)printf("\n        ;;\n");
}

void
complete_zsh_print(void)
{
    struct completion_verb v;

    (void)fputs(head, stdout);
    for (size_t at = 0; completion_at(at, &v); at++) {
        (void)printf("        '%s:", v.name);
        completion_quoted(v.help, "", false);
        (void)printf("'\n");
    }
    (void)fputs(middle, stdout);
    for (size_t at = 0; completion_at(at, &v); at++)
        print_verb(&v);
    (void)fputs(tail, stdout);
}
