/*
 * class: the four kinds of characters that IAM's password policies count.
 *
 * Follows the IAM user guide, "Setting an account password policy": letters are
 * those of the Latin alphabet without accents, and of the symbols only the ones
 * it lists count. Anything else IAM accepts belongs to no class.
 */
#ifndef IAMLP_PWGEN_CLASS_H
#define IAMLP_PWGEN_CLASS_H

#include <stdbool.h>

#include "pwgen/policy.h"

enum class_id {
    CLASS_UPPER,
    CLASS_LOWER,
    CLASS_NUMBER,
    CLASS_SYMBOL,
    CLASS_COUNT, /* how many there are; as a result: none of them */
};

#define CLASS_SYMBOLS "!@#$%^&*()_+-=[]{}|'"

/* The class of an ASCII character; CLASS_COUNT for any other byte. */
enum class_id class_of(char c);

/* What to call one character of it: "digit". */
const char *class_name(enum class_id c);

/* Does the policy ask for this very class? */
bool class_required(const struct policy *p, enum class_id c);

#endif
