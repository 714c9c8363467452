#include "pamd/control.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

static const struct {
    const char *name;
    int success, failure;
} words[] = {
    {"required", CONTROL_OK, CONTROL_BAD},
    {"requisite", CONTROL_OK, CONTROL_DIE},
    {"sufficient", CONTROL_DONE, CONTROL_IGNORE},
    {"optional", CONTROL_OK, CONTROL_IGNORE},
};

/* libpam takes the first of these that the text begins with. */
static const struct {
    const char *name;
    int action;
} actions[] = {
    {"ignore", CONTROL_IGNORE}, {"ok", CONTROL_OK},   {"done", CONTROL_DONE},
    {"bad", CONTROL_BAD},       {"die", CONTROL_DIE}, {"reset", CONTROL_RESET},
};

static const char *
skip_blanks(const char *p)
{
    while (isspace((unsigned char)*p))
        p++;
    return p;
}

/* A number of modules; stays at CONTROL_FAR beyond it. */
static const char *
read_number(const char *p, int *n)
{
    for (*n = 0; isdigit((unsigned char)*p); p++)
        if (*n < CONTROL_FAR)
            *n = *n * 10 + (*p - '0');
    return p;
}

/* "=action" or "=number" at p. Returns what follows; NULL: not understood. */
static const char *
read_action(const char *p, int *action)
{
    p = skip_blanks(p);
    if (*p != '=')
        return NULL;
    p = skip_blanks(p + 1);
    for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
        if (strncmp(p, actions[i].name, strlen(actions[i].name)) == 0) {
            *action = actions[i].action;
            return p + strlen(actions[i].name);
        }
    p = read_number(p, action);
    return *action > 0 ? p : NULL;
}

static int
add_failure(struct control *c, int action)
{
    for (int i = 0; i < c->count; i++)
        if (c->failures[i] == action)
            return 0;
    if (c->count == CONTROL_ANSWERS)
        return -1;
    c->failures[c->count++] = action;
    return 0;
}

static bool
is(const char *value, size_t n, const char *name)
{
    return n == strlen(name) && memcmp(value, name, n) == 0;
}

/* "value=action ..." */
static int
read_pairs(const char *p, struct control *c)
{
    bool said = false, otherwise = false;
    int action = CONTROL_BAD;

    /* libpam: what is not named is bad. */
    c->success = CONTROL_BAD;
    for (p = skip_blanks(p); *p != '\0'; p = skip_blanks(p)) {
        const char *value = p;
        size_t n = strspn(p, "abcdefghijklmnopqrstuvwxyz_");

        p = n > 0 ? read_action(p + n, &action) : NULL;
        if (p == NULL)
            return -1;
        if (action > 0 && (unsigned)action > c->jump)
            c->jump = (unsigned)action;
        /* The last word on success counts, but the first default. */
        if (is(value, n, "success")) {
            said = true;
            c->success = action;
            continue;
        }
        if (is(value, n, "default")) {
            if (otherwise)
                continue;
            otherwise = true;
            if (!said)
                c->success = action;
        }
        /* The two that are no failures. */
        if (!is(value, n, "ignore") && !is(value, n, "new_authtok_reqd") &&
            add_failure(c, action) != 0)
            return -1;
    }
    return otherwise ? 0 : add_failure(c, CONTROL_BAD);
}

int
control_read(const char *text, struct control *c)
{
    *c = (struct control){.count = 0};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strcasecmp(text, words[i].name) == 0) {
            c->success = words[i].success;
            return add_failure(c, words[i].failure);
        }
    return read_pairs(text, c);
}

bool
control_ends(const struct control *c)
{
    return c->success == CONTROL_DONE;
}
