#include "aws/base64.h"

#include <stdint.h>

int
base64_append(struct secret *out, const char *data, size_t len, struct err *e)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char *to = secret_extend(out, (len + 2) / 3 * 4, e);

    if (to == NULL)
        return -1;
    for (size_t i = 0; i < len; i += 3) {
        size_t left = len - i < 3 ? len - i : 3;
        uint32_t bits = 0;

        for (size_t k = 0; k < 3; k++)
            bits = bits << 8 | (k < left ? (unsigned char)data[i + k] : 0);
        for (size_t k = 0; k < 4; k++)
            *to++ = k <= left ? digits[bits >> (18 - 6 * k) & 63] : '=';
    }
    return 0;
}
