#include "dropin/param.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fdio.h"
#include "base/text.h"
#include "dropin/vars.h"

#define PATH_SIZE 4096

/* ---- files -------------------------------------------------------------------------------- */

struct secret *
param_read(const char *path, struct err *e)
{
    const char *what = path != NULL ? path : "standard input";
    struct secret *s = NULL;
    int fd = STDIN_FILENO;

    if (path != NULL)
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        err_sys(e, "%.200s", path);
    else
        s = fdio_read_all(fd, PARAM_FILE_MAX, what, e);
    if (path != NULL)
        fdio_close(fd);
    return s;
}

/* How many bytes the character at p has; 0: it is not UTF-8 as Python reads it. */
static size_t
character(const unsigned char *p, size_t left)
{
    static const struct {
        unsigned char mask, lead;
        unsigned long least;
    } forms[] = {{0x80, 0, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};
    unsigned long c;
    size_t n = 0;

    while (n < 4 && (p[0] & forms[n].mask) != forms[n].lead)
        n++;
    if (n == 4 || n >= left)
        return 0;
    c = p[0] & (unsigned char)~forms[n].mask;
    for (size_t i = 1; i <= n; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (p[i] & 0x3f);
    }
    if (c < forms[n].least || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return 0;
    return n + 1;
}

static bool
is_text(const char *text, size_t len)
{
    for (size_t i = 0, n; i < len; i += n) {
        n = character((const unsigned char *)text + i, len - i);
        if (n == 0)
            return false;
    }
    return true;
}

/* "\r\n" and "\r" become "\n", as in every file that Python reads as a text. */
static int
settle_lines(struct secret **s, struct err *e)
{
    const char *text = secret_str(*s);
    size_t len = secret_len(*s);
    struct secret *to = secret_new(len + 1, e);

    for (size_t i = 0; to != NULL && i < len; i++) {
        bool cr = text[i] == '\r';

        if (secret_append(to, cr ? "\n" : text + i, 1, e) != 0) {
            secret_free(to);
            to = NULL;
        } else if (cr && i + 1 < len && text[i + 1] == '\n') {
            i++;
        }
    }
    if (to == NULL)
        return -1;
    secret_free(*s);
    *s = to;
    return 0;
}

static int
load_file(const char *written, struct param *p, struct err *e)
{
    char path[PATH_SIZE];

    if (vars_expand(written, path, sizeof(path), e) != 0)
        return -1;
    p->file = true;
    p->value = param_read(path, e);
    if (p->value == NULL)
        return -1;
    if (!p->bytes && !is_text(secret_str(p->value), secret_len(p->value)))
        return err_set(e, ERR_FORMAT, "%.200s is not UTF-8", path);
    if (!p->bytes && memchr(secret_str(p->value), '\r', secret_len(p->value)) != NULL)
        return settle_lines(&p->value, e);
    return 0;
}

int
param_load(const char *option, const char *text, struct param *p, struct err *e)
{
    static const char file[] = "file://", fileb[] = "fileb://";
    int rc;

    *p = (struct param){.value = NULL};
    if (strncmp(text, file, strlen(file)) == 0) {
        rc = load_file(text + strlen(file), p, e);
    } else if (strncmp(text, fileb, strlen(fileb)) == 0) {
        p->bytes = true;
        rc = load_file(text + strlen(fileb), p, e);
    } else {
        p->value = secret_from(text, strlen(text), e);
        rc = p->value != NULL ? 0 : -1;
    }
    if (rc == 0)
        return 0;
    secret_free(p->value);
    p->value = NULL;
    return err_wrap(e, "%s", option);
}

/* ---- numbers ------------------------------------------------------------------------------ */

int
param_number(const char *text, int *number)
{
    bool minus = false, digit = false;
    long long n = 0;

    text += strspn(text, " \t\n\v\f\r");
    if (*text == '+' || *text == '-')
        minus = *text++ == '-';
    for (; isdigit((unsigned char)*text) || (*text == '_' && digit); text++) {
        digit = *text != '_';
        if (digit && n <= INT_MAX)
            n = n * 10 + (*text - '0');
    }
    if (!digit || text[strspn(text, " \t\n\v\f\r")] != '\0')
        return -1;
    if (n > INT_MAX)
        n = INT_MAX;
    *number = (int)(minus ? -n : n);
    return 0;
}
