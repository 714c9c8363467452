#include "pwgen/entropy.h"

#include <stdint.h>

/* A whole number, least significant limb first. 16 terms of at most 57^128 fit
 * into 752 bits. */
#define LIMBS 24
struct natural {
    uint32_t limb[LIMBS];
};

static void
multiply(struct natural *n, uint32_t by)
{
    uint64_t carry = 0;

    for (size_t i = 0; i < LIMBS; i++) {
        carry += (uint64_t)n->limb[i] * by;
        n->limb[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

/* n += by, or n -= by where `minus`, modulo 2^768. */
static void
add(struct natural *n, const struct natural *by, bool minus)
{
    uint64_t carry = minus ? 1 : 0;

    for (size_t i = 0; i < LIMBS; i++) {
        carry += (uint64_t)n->limb[i] + (minus ? ~by->limb[i] : by->limb[i]);
        n->limb[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

/* How many texts of the plan's length and edges avoid the classes in the set. */
static struct natural
avoiding(const struct plan *p, unsigned set)
{
    struct natural n = {.limb = {1}};
    unsigned size = 0, edge = 0;

    for (size_t i = 0; i < p->size; i++)
        if ((set >> class_of(p->alphabet[i]) & 1U) == 0) {
            size++;
            if (i < p->edge)
                edge++;
        }
    for (unsigned i = 0; i < p->length; i++)
        multiply(&n, i == 0 || i == p->length - 1 ? edge : size);
    return n;
}

/* By inclusion and exclusion over the sets of classes that are avoided. A set
 * with a class the alphabet does not have counts nothing new: it is left out. */
int
entropy_bits(const struct plan *p)
{
    struct natural total = {.limb = {0}};
    unsigned absent = 0;
    int bits = -1;

    for (enum class_id c = 0; c < CLASS_COUNT; c++)
        if (p->classes[c] == 0)
            absent |= 1U << c;
    /* The total may pass below zero on the way; modulo 2^768 that is no harm. */
    for (unsigned set = 0; set < 1U << CLASS_COUNT; set++)
        if ((set & absent) == 0) {
            struct natural n = avoiding(p, set);

            add(&total, &n, __builtin_parity(set) != 0);
        }
    for (int i = 0; i < LIMBS * 32; i++)
        if ((total.limb[i / 32] >> (i % 32) & 1U) != 0)
            bits = i;
    return bits;
}
