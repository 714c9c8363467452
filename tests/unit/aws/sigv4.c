/* Golden folders: every step of a signature against what botocore made of it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../nth.h"
#include "aws/sigv4.h"

#define GOLDEN "tests/golden/sigv4"

int __real_EVP_Digest(const void *data, size_t len, unsigned char *digest, unsigned *size,
                      const EVP_MD *type, ENGINE *engine);
int __wrap_EVP_Digest(const void *data, size_t len, unsigned char *digest, unsigned *size,
                      const EVP_MD *type, ENGINE *engine);
unsigned char *__real_HMAC(const EVP_MD *type, const void *key, int key_len,
                           const unsigned char *data, size_t len, unsigned char *out,
                           unsigned *size);
unsigned char *__wrap_HMAC(const EVP_MD *type, const void *key, int key_len,
                           const unsigned char *data, size_t len, unsigned char *out,
                           unsigned *size);

int
__wrap_EVP_Digest(const void *data, size_t len, unsigned char *digest, unsigned *size,
                  const EVP_MD *type, ENGINE *engine)
{
    return nth_fails() ? 0 : __real_EVP_Digest(data, len, digest, size, type, engine);
}

unsigned char *
__wrap_HMAC(const EVP_MD *type, const void *key, int key_len, const unsigned char *data, size_t len,
            unsigned char *out, unsigned *size)
{
    return nth_fails() ? NULL : __real_HMAC(type, key, key_len, data, len, out, size);
}

/* The lines of a `request` file, in this order. */
enum line {
    METHOD,
    HOST,
    PATH,
    CONTENT_TYPE,
    REGION,
    SERVICE,
    TIME,
    KEY_ID,
    SECRET,
    TOKEN,
    BODY,
    LINES
};
static const char *const names[LINES] = {
    "method", "host",          "path",       "content_type", "region", "service",
    "time",   "access_key_id", "secret_key", "token",        "body",
};

/* A file without the newline at its end. */
static char *
slurp(const char *folder, const char *name)
{
    char path[512], *text = NULL;
    size_t size = 0;
    ssize_t n;
    FILE *f;

    (void)snprintf(path, sizeof(path), GOLDEN "/%s/%s", folder, name);
    f = fopen(path, "r");
    if (f == NULL)
        fail_msg("%s: cannot be opened; run the tests from the top of the repository", path);
    n = getdelim(&text, &size, '\0', f);
    (void)fclose(f);
    assert_true(n > 0 && text[n - 1] == '\n');
    text[n - 1] = '\0';
    return text;
}

struct example {
    char *text;
    char *v[LINES];
    struct sigv4_request r;
    struct sigv4_key k;
};

static void
load(const char *folder, struct example *x)
{
    struct tm tm = {0};
    char *p;

    memset(x, 0, sizeof(*x));
    p = x->text = slurp(folder, "request");
    for (size_t i = 0; i < LINES; i++) {
        size_t n = strlen(names[i]);

        assert_int_equal(strncmp(p, names[i], n), 0);
        assert_int_equal(p[n], '=');
        x->v[i] = p + n + 1;
        p += strcspn(p, "\n");
        if (*p == '\n')
            *p++ = '\0';
    }
    assert_non_null(strptime(x->v[TIME], "%Y%m%dT%H%M%SZ", &tm));
    x->r = (struct sigv4_request){
        .method = x->v[METHOD],
        .host = x->v[HOST],
        .path = x->v[PATH],
        .content_type = x->v[CONTENT_TYPE],
        .body = x->v[BODY],
        .body_len = strlen(x->v[BODY]),
        .region = x->v[REGION],
        .service = x->v[SERVICE],
        .time = timegm(&tm),
    };
    (void)snprintf(x->k.access_key_id, sizeof(x->k.access_key_id), "%s", x->v[KEY_ID]);
    x->k.secret_key = secret_from(x->v[SECRET], strlen(x->v[SECRET]), NULL);
    /* An empty one where there is none: that must count as none. */
    x->k.session_token = secret_from(x->v[TOKEN], strlen(x->v[TOKEN]), NULL);
}

static void
unload(struct example *x)
{
    sigv4_key_free(&x->k);
    free(x->text);
}

static void
same(const char *folder, const char *step, const char *got)
{
    char *want = slurp(folder, step);

    if (strcmp(got, want) != 0)
        fail_msg("%s/%s:\n--- wanted\n%s\n--- got\n%s", folder, step, want, got);
    free(want);
}

static void
check_folder(const char *folder)
{
    struct err e = ERR_INIT;
    struct sigv4_steps s;
    struct example x;
    char flipped[256];

    load(folder, &x);
    assert_int_equal(sigv4_sign(&x.r, &x.k, &s, &e), 0);
    assert_string_equal(s.amz_date, x.v[TIME]);
    same(folder, "canonical_request", secret_str(s.canonical_request));
    same(folder, "string_to_sign", buf_str(&s.string_to_sign));
    same(folder, "signature", s.signature);
    same(folder, "authorization", buf_str(&s.authorization));

    /* One bit of the secret, first and last byte: the same request, another signature. */
    for (size_t i = 0; i < 2; i++) {
        size_t len = strlen(x.v[SECRET]);
        struct sigv4_steps other;

        (void)snprintf(flipped, sizeof(flipped), "%s", x.v[SECRET]);
        flipped[i == 0 ? 0 : len - 1] ^= 1;
        secret_free(x.k.secret_key);
        x.k.secret_key = secret_from(flipped, len, NULL);
        assert_int_equal(sigv4_sign(&x.r, &x.k, &other, &e), 0);
        assert_string_equal(buf_str(&other.string_to_sign), buf_str(&s.string_to_sign));
        assert_string_not_equal(other.signature, s.signature);
        sigv4_steps_free(&other);
    }
    sigv4_steps_free(&s);
    unload(&x);
}

static int
visible(const struct dirent *d)
{
    return d->d_name[0] != '.';
}

static void
golden_folders(void **state)
{
    struct dirent **list = NULL;
    int n = scandir(GOLDEN, &list, visible, alphasort);

    (void)state;
    assert_true(n >= 23);
    for (int i = 0; i < n; i++) {
        check_folder(list[i]->d_name);
        free(list[i]);
    }
    free(list);
}

/* The signatures that were computed without botocore: the folders cannot drift. */
static void
independent_signatures(void **state)
{
    static const char *const known[][2] = {
        {"iam-create", "73a783117c7961a0f3ce2ca0186982fda39c9b5719e0d57146ed1da4256da076"},
        {"iam-create-token", "1b2616a6c6ff6509f77b01aea773505df040c8c4367c69ef750799b344e2c426"},
        {"iam-create-port", "40a87178d74a637e84f2e5f8e9d4d1d5d2aaeb45f664d429b2b7805936737479"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        same(known[i][0], "signature", known[i][1]);
}

static void
no_token_and_empty_token_agree(void **state)
{
    struct sigv4_steps empty, none;
    struct example x;

    (void)state;
    load("iam-create", &x);
    assert_int_equal(sigv4_sign(&x.r, &x.k, &empty, NULL), 0);
    secret_free(x.k.session_token);
    x.k.session_token = NULL;
    assert_int_equal(sigv4_sign(&x.r, &x.k, &none, NULL), 0);
    assert_string_equal(empty.signature, none.signature);
    assert_null(strstr(secret_str(empty.canonical_request), "token"));
    sigv4_steps_free(&empty);
    sigv4_steps_free(&none);
    unload(&x);
}

/* What cannot be signed is an error, and the steps can be freed all the same. */
static void
refusals(void **state)
{
    char *huge = calloc(1, 40001), long_name[200];
    struct example x;

    (void)state;
    memset(huge, 't', 40000);
    memset(long_name, 'r', sizeof(long_name) - 1);
    long_name[sizeof(long_name) - 1] = '\0';
    for (int i = 0; i < 4; i++) {
        struct err e = ERR_INIT;
        struct sigv4_steps s;

        load("iam-create", &x);
        if (i == 0)
            x.r.region = long_name;
        else if (i == 1)
            x.r.time = INT64_C(253402300800); /* the year 10000 */
        else if (i == 2)
            x.r.time = INT64_MAX;
        else {
            secret_free(x.k.session_token);
            x.k.session_token = secret_from(huge, 40000, NULL);
        }
        assert_int_equal(sigv4_sign(&x.r, &x.k, &s, &e), -1);
        assert_int_equal(e.code, ERR_LIMIT);
        sigv4_steps_free(&s);
        unload(&x);
    }
    free(huge);
}

/* Two hashes and five steps of the key: without any one of them there is no signature. */
static void
openssl_out_of_order(void **state)
{
    (void)state;
    for (int n = 1; n <= 8; n++) {
        struct err e = ERR_INIT;
        struct sigv4_steps s;
        struct example x;
        int rc;

        load("iam-create", &x);
        nth_left = n;
        rc = sigv4_sign(&x.r, &x.k, &s, &e);
        assert_int_equal(nth_came(), n <= 7);
        assert_int_equal(rc, n <= 7 ? -1 : 0);
        if (n <= 7) {
            assert_int_equal(e.code, ERR_SYSTEM);
            assert_string_equal(e.msg, n <= 2 ? "OpenSSL cannot compute SHA-256"
                                              : "OpenSSL cannot compute HMAC-SHA-256");
            assert_string_equal(s.signature, "");
            assert_string_equal(buf_str(&s.authorization), "");
        } else {
            same("iam-create", "signature", s.signature);
        }
        sigv4_steps_free(&s);
        unload(&x);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden_folders),
        cmocka_unit_test(independent_signatures),
        cmocka_unit_test(no_token_and_empty_token_agree),
        cmocka_unit_test(refusals),
        cmocka_unit_test(openssl_out_of_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
