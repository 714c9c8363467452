#include "base/err.h"

#include <errno.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* Room for the rest of a character that the end of a sentence would cut. */
#define RAW_SIZE (ERR_MSG_MAX + 4)

static void
put(struct err *e, const char *raw)
{
    text_clean(e->msg, sizeof(e->msg), raw, strlen(raw));
}

int
err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
    char raw[RAW_SIZE];
    va_list ap;

    if (e == NULL)
        return -1;
    e->code = code;
    va_start(ap, fmt);
    (void)vsnprintf(raw, sizeof(raw), fmt, ap);
    va_end(ap);
    put(e, raw);
    return -1;
}

int
err_sys(struct err *e, const char *fmt, ...)
{
    int saved = errno;
    char raw[RAW_SIZE];
    va_list ap;
    size_t len;

    if (e == NULL)
        return -1;
    e->code = saved == ENOENT ? ERR_ABSENT : saved == ENOMEM ? ERR_MEMORY : ERR_SYSTEM;
    va_start(ap, fmt);
    (void)vsnprintf(raw, sizeof(raw), fmt, ap);
    va_end(ap);
    len = strlen(raw);
    /* Not strerror: in the module's host it would speak the language of whoever logs in,
     * from a file that the environment names. The C locale is static: nothing to free. */
    (void)snprintf(raw + len, sizeof(raw) - len, ": %s",
                   strerror_l(saved, newlocale(LC_ALL_MASK, "C", (locale_t)0)));
    put(e, raw);
    errno = saved;
    return -1;
}

int
err_wrap(struct err *e, const char *fmt, ...)
{
    char raw[RAW_SIZE];
    va_list ap;
    size_t len;

    if (e == NULL)
        return -1;
    va_start(ap, fmt);
    (void)vsnprintf(raw, sizeof(raw), fmt, ap);
    va_end(ap);
    len = strlen(raw);
    (void)snprintf(raw + len, sizeof(raw) - len, ": %s", e->msg);
    put(e, raw);
    return -1;
}

void
err_clear(struct err *e)
{
    e->code = ERR_OK;
    e->msg[0] = '\0';
}
