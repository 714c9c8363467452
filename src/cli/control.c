#include "cli/control.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

/* libpam takes the first of these that the text begins with. */
static const char *const actions[] = {"ignore", "ok", "done", "bad", "die", "reset"};

enum {
    ACTION_DONE = 2,
    ACTIONS = sizeof(actions) / sizeof(actions[0]),
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
read_number(const char *p, unsigned *n)
{
    for (*n = 0; isdigit((unsigned char)*p); p++)
        if (*n < CONTROL_FAR)
            *n = *n * 10 + (unsigned)(*p - '0');
    return p;
}

/* "=action" or "=number" at p. Returns what follows; NULL: not understood. */
static const char *
read_action(const char *p, bool *done, unsigned *jump)
{
    p = skip_blanks(p);
    if (*p != '=')
        return NULL;
    p = skip_blanks(p + 1);
    *done = false;
    *jump = 0;
    for (size_t i = 0; i < ACTIONS; i++)
        if (strncmp(p, actions[i], strlen(actions[i])) == 0) {
            *done = i == ACTION_DONE;
            return p + strlen(actions[i]);
        }
    p = read_number(p, jump);
    return *jump > 0 ? p : NULL;
}

/* "value=action ..." */
static int
read_pairs(const char *p, bool *ends, unsigned *jump)
{
    bool said = false, otherwise = false, done = false;
    unsigned far = 0;

    for (p = skip_blanks(p); *p != '\0'; p = skip_blanks(p)) {
        const char *value = p;
        size_t n = strspn(p, "abcdefghijklmnopqrstuvwxyz_");

        p = n > 0 ? read_action(p + n, &done, &far) : NULL;
        if (p == NULL)
            return -1;
        if (far > *jump)
            *jump = far;
        /* The last word on success counts, but the first default. */
        if (n == 7 && memcmp(value, "success", n) == 0) {
            said = true;
            *ends = done;
        } else if (n == 7 && memcmp(value, "default", n) == 0 && !said && !otherwise) {
            otherwise = true;
            *ends = done;
        }
    }
    return 0;
}

int
control_read(const char *control, bool *ends, unsigned *jump)
{
    *ends = strcasecmp(control, "sufficient") == 0;
    *jump = 0;
    if (*ends || strcasecmp(control, "required") == 0 || strcasecmp(control, "requisite") == 0 ||
        strcasecmp(control, "optional") == 0)
        return 0;
    return read_pairs(control, ends, jump);
}
