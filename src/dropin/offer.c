#include "dropin/offer.h"

#include <string.h>

/* Options of which something else is offered than any text, or than all of their choices: some
 * choices are there only to be refused with a better sentence. NULL: so is the option itself. */
static const struct {
    const char *name, *value;
} values[] = {
    {"--output", "json|text"}, {"--generate-cli-skeleton", "input|output"},
    {"--ca-bundle", "PATH"},   {"--password-file", "PATH"},
    {"--query", NULL},         {"--cli-input-yaml", NULL},
};

static const char *
value_of(const struct words_option *o)
{
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
        if (strcmp(values[i].name, o->name) == 0)
            return values[i].value;
    return o->choices != NULL ? o->choices : "TEXT";
}

size_t
offer_list(const char *verb, struct offer to[ORDER_OPTIONS_MAX])
{
    struct words_option options[ORDER_OPTIONS_MAX];
    char name[ORDER_NAME_SIZE];
    enum iam_action action;
    size_t count = 0, n = 0;

    for (size_t i = 0; order_verb(i, &action, name); i++)
        if (strcmp(name, verb) == 0)
            count = order_options(action, options);
    for (size_t i = 0; i < count; i++) {
        bool flag = options[i].arity == WORDS_FLAG;
        const char *value = flag ? NULL : value_of(&options[i]);

        if (!flag && value == NULL)
            continue;
        memcpy(to[n].name, options[i].name, sizeof(to[n].name));
        to[n++].value = value;
    }
    return n;
}
