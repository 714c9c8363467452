#include "base/err.h"

#include <errno.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int
err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
    va_list ap;

    if (e == NULL)
        return -1;
    e->code = code;
    va_start(ap, fmt);
    (void)vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
    va_end(ap);
    return -1;
}

int
err_sys(struct err *e, const char *fmt, ...)
{
    int saved = errno;
    va_list ap;
    size_t len;

    if (e == NULL)
        return -1;
    e->code = saved == ENOENT ? ERR_ABSENT : saved == ENOMEM ? ERR_MEMORY : ERR_SYSTEM;
    va_start(ap, fmt);
    (void)vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
    va_end(ap);
    len = strlen(e->msg);
    /* Not strerror: in the module's host it would speak the language of whoever logs in,
     * from a file that the environment names. The C locale is static: nothing to free. */
    (void)snprintf(e->msg + len, sizeof(e->msg) - len, ": %s",
                   strerror_l(saved, newlocale(LC_ALL_MASK, "C", (locale_t)0)));
    errno = saved;
    return -1;
}

int
err_wrap(struct err *e, const char *fmt, ...)
{
    char inner[ERR_MSG_MAX];
    va_list ap;
    size_t len;

    if (e == NULL)
        return -1;
    memcpy(inner, e->msg, sizeof(inner));
    va_start(ap, fmt);
    (void)vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
    va_end(ap);
    len = strlen(e->msg);
    (void)snprintf(e->msg + len, sizeof(e->msg) - len, ": %s", inner);
    return -1;
}

void
err_clear(struct err *e)
{
    e->code = ERR_OK;
    e->msg[0] = '\0';
}
