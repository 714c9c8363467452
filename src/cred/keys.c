#include "cred/keys.h"

#include <string.h>

#include "cred/cred.h"

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
    if (len == 0 || len >= ENDPOINT_REGION_SIZE)
        return false;
    for (size_t i = 0; i < len; i++)
        if ((text[i] < 'a' || text[i] > 'z') && (text[i] < '0' || text[i] > '9') && text[i] != '-')
            return false;
    return true;
}

static int
copy(struct secret **to, const struct secret *from, struct err *e)
{
    *to = from != NULL ? secret_from(secret_str(from), secret_len(from), e) : NULL;
    return from == NULL || *to != NULL ? 0 : -1;
}

int
keys_copy(struct sigv4_key *to, const struct sigv4_key *from, struct err *e)
{
    memcpy(to->access_key_id, from->access_key_id, sizeof(to->access_key_id));
    to->expires = from->expires;
    if (copy(&to->secret_key, from->secret_key, e) != 0)
        return -1;
    return copy(&to->session_token, from->session_token, e);
}

int64_t
keys_left(const struct sigv4_key *k, int64_t now)
{
    return k->expires == 0 ? INT64_MAX : k->expires - now;
}

int
keys_alive(const struct sigv4_key *k, int64_t now, struct err *e)
{
    int64_t left = keys_left(k, now);

    if (left >= CRED_LEAST_LIFE_S)
        return 0;
    if (left <= 0)
        return err_set(e, ERR_DENIED,
                       "the credentials ran out %lld s ago; or is the clock of this host wrong?",
                       (long long)-left);
    return err_set(e, ERR_DENIED, "the credentials run out in %lld s; fresh ones are due",
                   (long long)left);
}
