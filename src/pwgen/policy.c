#include "pwgen/policy.h"

#include <string.h>

#include "base/buf.h"
#include "pwgen/class.h"

const struct policy policy_default = {.min_length = 8, .min_classes = 3};

/* What a policy counts in a password. */
struct tally {
    unsigned characters;
    bool has[CLASS_COUNT];
    unsigned classes;
};

/* The bytes of the character at p, or 0 when IAM does not take it. U+0080 to
 * U+00FF are in UTF-8 exactly C2 or C3 and one more byte, so nothing that IAM
 * takes needs a longer form. */
static size_t
accepted(const char *p, size_t left)
{
    unsigned char c = (unsigned char)p[0];

    if (c < 0x80)
        return c >= 0x20 || c == '\t' || c == '\n' || c == '\r' ? 1 : 0;
    if ((c == 0xc2 || c == 0xc3) && left >= 2 && ((unsigned char)p[1] & 0xc0U) == 0x80)
        return 2;
    return 0;
}

static int
count(struct tally *t, const char *password, size_t len, struct err *e)
{
    memset(t, 0, sizeof(*t));
    for (size_t i = 0, n; i < len; i += n) {
        enum class_id c = class_of(password[i]);

        n = accepted(password + i, len - i);
        if (n == 0)
            return err_set(e, ERR_FORMAT,
                           "the password holds a character that AWS does not take, "
                           "such as a control character or one outside Latin-1");
        if (t->characters++ == POLICY_LENGTH_MAX)
            return err_set(e, ERR_FORMAT, "the password is longer than %d characters",
                           POLICY_LENGTH_MAX);
        if (c != CLASS_COUNT && !t->has[c]) {
            t->has[c] = true;
            t->classes++;
        }
    }
    return 0;
}

/* Begin the next complaint of a list. */
static struct buf *
next(struct buf *faults)
{
    if (faults->len > 0)
        buf_adds(faults, "; ");
    return faults;
}

/* A person who has to think up another password is told everything at once. */
static void
complain(const struct policy *p, const struct tally *t, struct buf *faults)
{
    if (t->characters < p->min_length)
        buf_addf(next(faults), "at least %u characters", p->min_length);
    for (enum class_id c = 0; c < CLASS_COUNT; c++) {
        if (!class_required(p, c) || t->has[c])
            continue;
        buf_addf(next(faults), "%s %s is missing", c == CLASS_UPPER ? "an" : "a", class_name(c));
        if (c == CLASS_SYMBOL)
            buf_addf(faults, " (one of %s)", CLASS_SYMBOLS);
    }
    if (t->classes < p->min_classes)
        buf_addf(next(faults),
                 "at least %u of these four: upper-case letters, lower-case letters, "
                 "digits, symbols (%s)",
                 p->min_classes, CLASS_SYMBOLS);
}

int
policy_check(const struct policy *p, const char *password, size_t len, const char *user,
             struct err *e)
{
    struct tally t;
    struct buf faults;
    int rc = -1;

    if (len == 0)
        return err_set(e, ERR_FORMAT, "the password is empty");
    if (count(&t, password, len, e) != 0)
        return -1;
    buf_init(&faults, ERR_MSG_MAX);
    complain(p, &t, &faults);
    /* Only the default policy looks at the name, and only it counts classes. */
    if (p->min_classes > 0 && user != NULL && strlen(user) == len &&
        memcmp(user, password, len) == 0)
        buf_adds(next(&faults), "it must differ from the user name");
    if (buf_check(&faults, "the password's faults", e) != 0)
        goto out;
    if (faults.len > 0) {
        err_set(e, ERR_FORMAT, "the password does not meet the account's policy: %s",
                buf_str(&faults));
        goto out;
    }
    rc = 0;
out:
    buf_free(&faults);
    return rc;
}
