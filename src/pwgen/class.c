#include "pwgen/class.h"

#include <string.h>

enum class_id
class_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return CLASS_UPPER;
    if (c >= 'a' && c <= 'z')
        return CLASS_LOWER;
    if (c >= '0' && c <= '9')
        return CLASS_NUMBER;
    if (c != '\0' && strchr(CLASS_SYMBOLS, c) != NULL)
        return CLASS_SYMBOL;
    return CLASS_COUNT;
}

const char *
class_name(enum class_id c)
{
    static const char *const names[CLASS_COUNT] = {
        [CLASS_UPPER] = "upper-case letter",
        [CLASS_LOWER] = "lower-case letter",
        [CLASS_NUMBER] = "digit",
        [CLASS_SYMBOL] = "symbol",
    };

    return names[c];
}

bool
class_required(const struct policy *p, enum class_id c)
{
    const bool required[CLASS_COUNT] = {
        [CLASS_UPPER] = p->upper,
        [CLASS_LOWER] = p->lower,
        [CLASS_NUMBER] = p->number,
        [CLASS_SYMBOL] = p->symbol,
    };

    return required[c];
}
