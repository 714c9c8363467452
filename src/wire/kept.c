#include "wire/kept.h"

#include <string.h>

#define ID_MIN 16

enum { /* behind the first field */
    ID,
    SECRET,
    TOKEN,
    EXPIRES,
    REGION,
    PROVIDER
};

static enum wire_field
field(enum wire_field first, int n)
{
    return (enum wire_field)((int)first + n);
}

void
kept_put(struct frame *f, enum wire_field first, const struct kept *k)
{
    frame_put_text(f, field(first, ID), k->id);
    frame_put_secret(f, field(first, SECRET), k->secret);
    frame_put_secret(f, field(first, TOKEN), k->token);
    frame_put_number(f, field(first, EXPIRES), k->expires);
    frame_put_text(f, field(first, REGION), k->region);
    frame_put_text(f, field(first, PROVIDER), k->provider);
}

bool
kept_is_id(const char *text)
{
    return strlen(text) >= ID_MIN && strlen(text) <= KEPT_ID_MAX &&
           strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == strlen(text);
}

/* Printable ASCII without a blank: what can stand in a header. */
static bool
printable(const char *p, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (p[i] < '!' || p[i] > '~')
            return false;
    return true;
}

/* "" where it is not known; a label of a host's name else. */
static bool
is_region(const char *text)
{
    size_t len = strlen(text);

    return strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == len &&
           (len == 0 || (text[0] != '-' && text[len - 1] != '-'));
}

/* One of the two long ones; absent is fine where `wanted` says so. */
static int
take(const struct frame *f, enum wire_field id, size_t max, bool wanted, struct secret **to,
     struct err *e)
{
    size_t len = 0;
    const char *p = frame_get(f, id, &len);

    if (p == NULL && !wanted)
        return 0;
    if (p == NULL || len == 0 || len > max || !printable(p, len))
        return err_set(e, ERR_FORMAT, "kept credentials of no known form");
    *to = secret_from(p, len, e);
    return *to != NULL ? 0 : -1;
}

static bool
short_text(const struct frame *f, enum wire_field id, char *out, size_t size)
{
    return frame_get_text(f, id, out, size) && printable(out, strlen(out));
}

int
kept_get(const struct frame *f, enum wire_field first, struct kept *k, struct err *e)
{
    size_t len = 0;
    int rc = -1;

    memset(k, 0, sizeof(*k));
    if (frame_get(f, field(first, ID), &len) == NULL)
        return err_set(e, ERR_ABSENT, "no kept credentials");
    k->expires = frame_get_number(f, field(first, EXPIRES), 1, WIRE_TIME_MAX, 0);
    if (!frame_get_text(f, field(first, ID), k->id, sizeof(k->id)) || !kept_is_id(k->id) ||
        k->expires == 0 || !short_text(f, field(first, REGION), k->region, sizeof(k->region)) ||
        !is_region(k->region) ||
        !short_text(f, field(first, PROVIDER), k->provider, sizeof(k->provider)) ||
        k->provider[0] == '\0') {
        err_set(e, ERR_FORMAT, "kept credentials of no known form");
        goto out;
    }
    if (take(f, field(first, SECRET), KEPT_SECRET_MAX, true, &k->secret, e) == 0 &&
        take(f, field(first, TOKEN), KEPT_TOKEN_MAX, false, &k->token, e) == 0)
        rc = 0;
out:
    if (rc != 0)
        kept_free(k);
    return rc;
}

void
kept_free(struct kept *k)
{
    secret_free(k->secret);
    secret_free(k->token);
    memset(k, 0, sizeof(*k));
}
