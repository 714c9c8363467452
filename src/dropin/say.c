#include "dropin/say.h"

#include <stdarg.h>
#include <stdio.h>

#include "dropin/dropin.h"

int
say_failure(int status, const struct err *e)
{
    (void)fprintf(stderr, "\n%s\n", e->msg);
    return status;
}

int
say_misuse(const struct order *o, const struct err *e)
{
    char verb[ORDER_NAME_SIZE];

    if (o->row == NULL) {
        (void)fprintf(stderr, "\niamlp: %s; try: iamlp --help\n", e->msg);
        return DROPIN_USAGE;
    }
    order_name(o->row, verb);
    (void)fprintf(stderr, "\niamlp %s: %s; try: iamlp %s --help\n", verb, e->msg, verb);
    return DROPIN_USAGE;
}

void
say_debug(const struct order *o, const char *fmt, ...)
{
    va_list args;

    if (o->debug == NULL)
        return;
    va_start(args, fmt);
    (void)fputs("iamlp: ", stderr);
    (void)vfprintf(stderr, fmt, args);
    (void)fputs("\n", stderr);
    va_end(args);
}
