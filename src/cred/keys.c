#include "cred/keys.h"

#include <string.h>

#define WORD "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

/* Of STS's AssumeRole answer: accessKeyIdType is [\w]*, 16 to 128. */
#define ID_MIN 16
#define ID_MAX 128

static const size_t ceilings[] = {
    [KEYS_ID] = ID_MAX,
    [KEYS_SECRET] = KEYS_SECRET_MAX,
    [KEYS_TOKEN] = KEYS_TOKEN_MAX,
};

static bool
word(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (memchr(WORD, text[i], strlen(WORD)) == NULL)
            return false;
    return true;
}

static int
check(enum keys_part part, const char *text, size_t len, struct err *e)
{
    if (len == 0)
        return err_set(e, ERR_FORMAT, "is empty");
    if (text[0] == '"' || text[0] == '\'')
        return err_set(e, ERR_FORMAT, "is in quotes, which would count; take them away");
    for (size_t i = 0; i < len; i++) {
        if (text[i] == ' ' || text[i] == '\t')
            return err_set(e, ERR_FORMAT,
                           "holds a blank; a comment must stand on a line of its own");
        if (text[i] < '!' || text[i] > '~')
            return err_set(e, ERR_FORMAT, "holds a character that is not printable ASCII");
    }
    if (part == KEYS_ID && (len < ID_MIN || len > ID_MAX || !word(text, len)))
        return err_set(e, ERR_FORMAT, "is no access key id: those have %d to %d letters and digits",
                       ID_MIN, ID_MAX);
    if (len > ceilings[part])
        return err_set(e, ERR_FORMAT, "has more than %zu bytes", ceilings[part]);
    return 0;
}

int
keys_set(struct sigv4_key *k, enum keys_part part, const char *text, size_t len, struct err *e)
{
    struct secret **to = part == KEYS_SECRET ? &k->secret_key : &k->session_token;

    if (check(part, text, len, e) != 0)
        return -1;
    if (part == KEYS_ID) {
        memcpy(k->access_key_id, text, len);
        k->access_key_id[len] = '\0';
        return 0;
    }
    *to = secret_from(text, len, e);
    return *to != NULL ? 0 : -1;
}

bool
keys_region(const char *text, size_t len)
{
    if (len == 0 || len > 31)
        return false;
    for (size_t i = 0; i < len; i++)
        if ((text[i] < 'a' || text[i] > 'z') && (text[i] < '0' || text[i] > '9') && text[i] != '-')
            return false;
    return true;
}
