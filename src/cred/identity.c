#include "cred/identity.h"

#include <stdio.h>
#include <string.h>

#include "aws/sigv4.h"
#include "base/buf.h"

#define ALPHABET "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+,.@-"

#define WHOLE_MAX   4096 /* bytes before it is cut; local names and hosts have 256 */
#define DIGITS      16   /* of the hash: enough that nobody finds two names that share them */
#define CUT         "=-" /* no encoding has it: a cut name is no uncut one's */
#define KEPT_LENGTH (IDENTITY_SIZE - sizeof(CUT) - DIGITS)

static void
add_encoded(struct buf *whole, const char *text)
{
    for (; *text != '\0'; text++) {
        if (strchr(ALPHABET, *text) != NULL)
            buf_add(whole, text, 1);
        else
            buf_addf(whole, "=%02X", (unsigned)(unsigned char)*text);
    }
}

static int
expand(const char *template, const char *user, const char *host, struct buf *whole, struct err *e)
{
    for (const char *p = template; *p != '\0'; p++) {
        if (*p == '%') {
            p++;
            if (*p == 'u')
                add_encoded(whole, user);
            else if (*p == 'h')
                add_encoded(whole, host);
            else if (*p == '%')
                add_encoded(whole, "%");
            else
                return err_set(e, ERR_CONFIG, "a %% that is none of %%u, %%h and %%%%");
        } else if (*p == '=' || strchr(ALPHABET, *p) != NULL) {
            buf_add(whole, p, 1);
        } else {
            return err_set(e, ERR_CONFIG,
                           "a character that STS does not take; write letters, digits and _+=,.@-");
        }
    }
    return buf_check(whole, "the name for STS", e);
}

/* How much of a long one stays: "=XX" whole or not at all. */
static size_t
kept_length(const char *whole)
{
    size_t n = KEPT_LENGTH;

    if (whole[n - 1] == '=')
        return n - 1;
    return whole[n - 2] == '=' ? n - 2 : n;
}

int
identity_make(const char *template, const char *user, const char *host, char out[IDENTITY_SIZE],
              struct err *e)
{
    char digest[SIGV4_HASH_SIZE];
    struct buf whole;
    int rc = -1;

    buf_init(&whole, WHOLE_MAX);
    if (expand(template, user, host, &whole, e) != 0)
        goto out;
    if (whole.len == 0) {
        err_set(e, ERR_CONFIG, "nothing is left of it; STS takes 2 to 64 characters");
        goto out;
    }
    if (whole.len < IDENTITY_SIZE) {
        (void)snprintf(out, IDENTITY_SIZE, "%s%s", buf_str(&whole), whole.len == 1 ? "=" : "");
    } else {
        if (sigv4_hash(whole.data, whole.len, digest, e) != 0)
            goto out;
        (void)snprintf(out, IDENTITY_SIZE, "%.*s" CUT "%.*s", (int)kept_length(whole.data),
                       whole.data, DIGITS, digest);
    }
    rc = 0;
out:
    buf_free(&whole);
    return rc;
}
