#include "pwgen/plan.h"

#include <string.h>

#define LENGTH_MIN 6 /* IAM's own least minimum */

/* In the order of the alphabet: what may stand at the edges first. */
static const char *const characters[CLASS_COUNT] = {
    [CLASS_UPPER] = "ABCDEFGHJKLMNPQRSTUVWXYZ",
    [CLASS_LOWER] = "abcdefghijkmnpqrstuvwxyz",
    [CLASS_NUMBER] = "23456789",
    [CLASS_SYMBOL] = "_",
};

static int
choose_length(struct plan *p, const struct pwgen_request *r, struct err *e)
{
    if (r->length < LENGTH_MIN)
        return err_set(e, ERR_CONFIG,
                       "a password of %u characters is too short; ask for a length of %d to %d",
                       r->length, LENGTH_MIN, POLICY_LENGTH_MAX);
    if (r->length > POLICY_LENGTH_MAX)
        return err_set(e, ERR_CONFIG,
                       "a password of %u characters is longer than IAM takes; "
                       "ask for a length of %d to %d",
                       r->length, LENGTH_MIN, POLICY_LENGTH_MAX);
    if (r->policy.min_length > POLICY_LENGTH_MAX)
        return err_set(e, ERR_CONFIG,
                       "the password policy asks for at least %u characters, "
                       "and IAM takes no more than %d",
                       r->policy.min_length, POLICY_LENGTH_MAX);
    p->length = r->length > r->policy.min_length ? r->length : r->policy.min_length;
    return 0;
}

static void
choose_alphabet(struct plan *p, const char *exclude)
{
    for (enum class_id c = 0; c < CLASS_COUNT; c++)
        for (const char *s = characters[c]; *s != '\0'; s++) {
            if (strchr(exclude, *s) != NULL)
                continue;
            p->alphabet[p->size++] = *s;
            p->classes[c]++;
            if (c != CLASS_SYMBOL)
                p->edge++;
        }
    /* Nothing but symbols is left: then they stand at the edges, too. */
    if (p->edge == 0)
        p->edge = p->size;
}

static int
check_possible(const struct plan *p, const struct policy *policy, struct err *e)
{
    unsigned present = 0;

    if (p->size == 0)
        return err_set(
            e, ERR_CONFIG,
            "exclude leaves no character at all; take some letters and digits out of it");
    for (enum class_id c = 0; c < CLASS_COUNT; c++) {
        if (p->classes[c] > 0)
            present++;
        else if (class_required(policy, c))
            return err_set(e, ERR_CONFIG,
                           "exclude leaves no %s, and the password policy requires one; "
                           "take one or more of %s out of exclude",
                           class_name(c), characters[c]);
    }
    if (present < policy->min_classes)
        return err_set(e, ERR_CONFIG,
                       "exclude leaves %u of the four kinds of characters (upper-case letters, "
                       "lower-case letters, digits, symbols), and the password policy requires "
                       "%u; take some out of exclude",
                       present, policy->min_classes);
    return 0;
}

int
plan_make(struct plan *p, const struct pwgen_request *r, struct err *e)
{
    memset(p, 0, sizeof(*p));
    if (choose_length(p, r, e) != 0)
        return -1;
    choose_alphabet(p, r->exclude != NULL ? r->exclude : "");
    /* Six characters have room for all four classes between them, so nothing but
     * the alphabet can make a request impossible. */
    return check_possible(p, &r->policy, e);
}

bool
plan_met(const struct plan *p, const char *text)
{
    unsigned seen[CLASS_COUNT + 1] = {0};

    for (unsigned i = 0; i < p->length; i++)
        seen[class_of(text[i])]++;
    for (enum class_id c = 0; c < CLASS_COUNT; c++)
        if (p->classes[c] > 0 && seen[c] == 0)
            return false;
    return true;
}
