#include "aws/sigv4.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "aws/uri.h"

#define ALGORITHM   "AWS4-HMAC-SHA256"
#define SHA256_SIZE 32
#define TEXT_MAX    (32 * 1024) /* bytes of a canonical request; a token may have 16 KiB */

void
sigv4_key_free(struct sigv4_key *k)
{
    secret_free(k->secret_key);
    secret_free(k->session_token);
    explicit_bzero(k, sizeof(*k));
}

static void
to_hex(const unsigned char digest[SHA256_SIZE], char out[SIGV4_HASH_SIZE])
{
    for (size_t i = 0; i < SHA256_SIZE; i++)
        (void)snprintf(out + 2 * i, 3, "%02x", digest[i]);
}

int
sigv4_hash(const void *data, size_t len, char out[SIGV4_HASH_SIZE], struct err *e)
{
    unsigned char digest[EVP_MAX_MD_SIZE];

    if (EVP_Digest(data, len, digest, NULL, EVP_sha256(), NULL) != 1)
        return err_set(e, ERR_SYSTEM, "OpenSSL cannot compute SHA-256");
    to_hex(digest, out);
    return 0;
}

static int
hmac(const void *key, size_t key_len, const char *text, unsigned char out[SHA256_SIZE],
     struct err *e)
{
    if (key_len > INT_MAX || HMAC(EVP_sha256(), key, (int)key_len, (const unsigned char *)text,
                                  strlen(text), out, NULL) == NULL)
        return err_set(e, ERR_SYSTEM, "OpenSSL cannot compute HMAC-SHA-256");
    return 0;
}

static int
stamp(int64_t when, char out[17], struct err *e)
{
    time_t t = (time_t)when;
    struct tm tm;

    if (gmtime_r(&t, &tm) == NULL || tm.tm_year < 0 || tm.tm_year > 9999 - 1900 ||
        strftime(out, 17, "%Y%m%dT%H%M%SZ", &tm) != 16)
        return err_set(e, ERR_LIMIT, "the clock shows no date that can be signed; set it");
    return 0;
}

static int
join(struct secret *out, const char *const *parts, struct err *e)
{
    for (; *parts != NULL; parts++)
        if (secret_append(out, *parts, strlen(*parts), e) != 0)
            return -1;
    return 0;
}

/* The path, encoded once more as every service but S3 wants it. */
static int
add_path(struct secret *out, const char *path, struct err *e)
{
    while (*path != '\0') {
        size_t n = strcspn(path, "/");

        if (uri_encode(out, path, n, e) != 0)
            return -1;
        path += n;
        if (*path == '/' && secret_append(out, path++, 1, e) != 0)
            return -1;
    }
    return 0;
}

static int
canonical_request(const struct sigv4_request *r, const struct secret *token,
                  const char *signed_headers, struct sigv4_steps *s, struct err *e)
{
    char body_hash[SIGV4_HASH_SIZE];
    const char *const start[] = {r->method, "\n", NULL};
    const char *const rest[] = {"\n\ncontent-type:",
                                r->content_type,
                                "\nhost:",
                                r->host,
                                "\nx-amz-date:",
                                s->amz_date,
                                token != NULL ? "\nx-amz-security-token:" : "",
                                token != NULL ? secret_str(token) : "",
                                "\n\n",
                                signed_headers,
                                "\n",
                                body_hash,
                                NULL};
    struct secret *text = secret_new(TEXT_MAX, e);

    s->canonical_request = text;
    if (text == NULL || sigv4_hash(r->body, r->body_len, body_hash, e) != 0 ||
        join(text, start, e) != 0 || add_path(text, r->path, e) != 0)
        return -1;
    return join(text, rest, e);
}

static int
string_to_sign(const char *scope, struct sigv4_steps *s, struct err *e)
{
    char request_hash[SIGV4_HASH_SIZE];

    if (sigv4_hash(secret_str(s->canonical_request), secret_len(s->canonical_request), request_hash,
                   e) != 0)
        return -1;
    buf_addf(&s->string_to_sign, ALGORITHM "\n%s\n%s\n%s", s->amz_date, scope, request_hash);
    return buf_check(&s->string_to_sign, "the string to sign", e);
}

/* kDate, kRegion, kService, kSigning, then the signature itself: each step is
 * the key of the next. */
static int
sign(const struct sigv4_request *r, const struct secret *secret_key, const char *date,
     struct sigv4_steps *s, struct err *e)
{
    const char *const steps[] = {r->region, r->service, "aws4_request",
                                 buf_str(&s->string_to_sign)};
    const char *const first[] = {"AWS4", secret_str(secret_key), NULL};
    unsigned char key[SHA256_SIZE], next[SHA256_SIZE];
    struct secret *k = secret_new(secret_len(secret_key) + 4, e);
    int rc = -1;

    if (k == NULL || join(k, first, e) != 0 ||
        hmac(secret_str(k), secret_len(k), date, key, e) != 0)
        goto out;
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        if (hmac(key, sizeof(key), steps[i], next, e) != 0)
            goto out;
        memcpy(key, next, sizeof(key));
    }
    to_hex(key, s->signature);
    rc = 0;
out:
    OPENSSL_cleanse(key, sizeof(key));
    OPENSSL_cleanse(next, sizeof(next));
    secret_free(k);
    return rc;
}

int
sigv4_sign(const struct sigv4_request *r, const struct sigv4_key *k, struct sigv4_steps *s,
           struct err *e)
{
    const struct secret *token = k->session_token;
    const char *signed_headers;
    char date[9], scope[128];

    memset(s, 0, sizeof(*s));
    buf_init(&s->string_to_sign, 512);
    buf_init(&s->authorization, 1024);
    if (token != NULL && secret_len(token) == 0)
        token = NULL;
    signed_headers = token != NULL ? "content-type;host;x-amz-date;x-amz-security-token"
                                   : "content-type;host;x-amz-date";
    if (stamp(r->time, s->amz_date, e) != 0)
        return -1;
    (void)snprintf(date, sizeof(date), "%.8s", s->amz_date);
    if ((size_t)snprintf(scope, sizeof(scope), "%s/%s/%s/aws4_request", date, r->region,
                         r->service) >= sizeof(scope))
        return err_set(e, ERR_LIMIT, "the region or the service has too long a name to be signed");
    if (canonical_request(r, token, signed_headers, s, e) != 0 ||
        string_to_sign(scope, s, e) != 0 || sign(r, k->secret_key, date, s, e) != 0)
        return -1;
    buf_addf(&s->authorization, ALGORITHM " Credential=%s/%s, SignedHeaders=%s, Signature=%s",
             k->access_key_id, scope, signed_headers, s->signature);
    return buf_check(&s->authorization, "the Authorization header", e);
}

void
sigv4_steps_free(struct sigv4_steps *s)
{
    secret_free(s->canonical_request);
    buf_free(&s->string_to_sign);
    buf_free(&s->authorization);
}
