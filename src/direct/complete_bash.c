/* The script for bash 4 and later: one function, which needs nothing of bash-completion. */
#include <stdio.h>

#include "direct/completion.h"

static const char head[] = "# bash completion for iamlp, by `iamlp completion bash`\n"
                           "_iamlp() {\n"
                           "    local word=${COMP_WORDS[COMP_CWORD]} kind='' list=''\n"
                           "    local before=${COMP_WORDS[COMP_CWORD - 1]}\n"
                           "    # Of --option=value each of the three is a word.\n"
                           "    [ \"$before\" = = ] && before=${COMP_WORDS[COMP_CWORD - 2]}\n"
                           "    [ \"$word\" = = ] && word=\n"
                           "    COMPREPLY=()\n"
                           "    case $COMP_CWORD:${COMP_WORDS[1]} in\n"
                           "    1:*)\n"
                           "        case $word in\n"
                           "        -*) list='--help --version' ;;\n"
                           "        *) list='";

static const char tail[] =
    "    esac\n"
    "    case $kind in\n"
    "    files) list=$(compgen -f -- \"$word\"); compopt -o filenames 2>/dev/null ;;\n"
    "    folders) list=$(compgen -d -- \"$word\"); compopt -o filenames 2>/dev/null ;;\n"
    "    users) list=$(compgen -u -- \"$word\") ;;\n"
    "    groups) list=$(compgen -g -- \"$word\") ;;\n"
    "    services) list=$(cd /etc/pam.d && compgen -f -- \"$word\") ;;\n"
    "    *) list=$(compgen -W \"$list\" -- \"$word\") ;;\n"
    "    esac\n"
    "    [ -z \"$list\" ] || mapfile -t COMPREPLY <<<\"$list\"\n"
    "}\n"
    "complete -F _iamlp iamlp\n";

static const char *const kinds[] = {
    [COMPLETION_FILE] = "files",   [COMPLETION_FOLDER] = "folders",   [COMPLETION_USER] = "users",
    [COMPLETION_GROUP] = "groups", [COMPLETION_SERVICE] = "services",
};

static void
print_value(const char *value)
{
    enum completion_kind kind = completion_kind(value);

    if (kind == COMPLETION_ANY) {
        (void)printf("return");
    } else if (kind == COMPLETION_WORDS) {
        (void)printf("list='");
        completion_words(value);
        (void)printf("'");
    } else {
        (void)printf("kind=%s", kinds[kind]);
    }
}

/* Options, and in front of them the operand where the word does not look like one. */
static void
print_rest(const struct completion_verb *v)
{
    bool operand = completion_kind(v->operand) != COMPLETION_ANY;

    (void)printf("        %s list='", operand ? "-*:*)" : "*)");
    for (size_t i = 0; i < v->count; i++)
        (void)printf("%s%s", i > 0 ? " " : "", v->options[i].name);
    (void)printf("' ;;\n");
    if (!operand)
        return;
    (void)printf("        *) ");
    print_value(v->operand);
    (void)printf(" ;;\n");
}

void
complete_bash_print(void)
{
    struct completion_verb v;

    (void)fputs(head, stdout);
    for (size_t at = 0; completion_at(at, &v); at++)
        (void)printf("%s%s", at > 0 ? " " : "", v.name);
    (void)fputs("' ;;\n        esac\n        ;;\n", stdout);
    for (size_t at = 0; completion_at(at, &v); at++) {
        (void)printf("    *:%s)\n        case $word:$before in\n", v.name);
        for (size_t i = 0; i < v.count; i++)
            if (v.options[i].value != NULL) {
                (void)printf("        *:%s) ", v.options[i].name);
                print_value(v.options[i].value);
                (void)printf(" ;;\n");
            }
        print_rest(&v);
        (void)printf("        esac\n        ;;\n");
    }
    (void)fputs(tail, stdout);
}
