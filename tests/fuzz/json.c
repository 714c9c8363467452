/*
 * JSON: of people (of two members of one name the last counts), and documents of credentials,
 * whose keys are fit for a header.
 */
#include <stdlib.h>
#include <string.h>

#include "aws/json.h"
#include "cred/document.h"
#include "fuzz.h"

static void
check_members(const struct json *j)
{
    const char *key;

    for (size_t at = 0; (key = json_key(j, at)) != NULL; at++) {
        enum json_kind kind = json_kind_of(j, key);
        struct err e = ERR_INIT;
        struct secret *member = json_member(j, key, &e);

        FUZZ_HOLDS(kind != JSON_KIND_ABSENT);
        FUZZ_HOLDS((member != NULL) == (kind == JSON_KIND_STRING || kind == JSON_KIND_INTEGER));
        if (member == NULL)
            fuzz_failed(&e);
        secret_free(member);
    }
}

static bool
printable(const struct secret *s)
{
    for (size_t i = 0; i < secret_len(s); i++)
        if (secret_str(s)[i] < '!' || secret_str(s)[i] > '~')
            return false;
    return secret_len(s) > 0;
}

static void
read_document(const struct secret *body, enum document_shape shape)
{
    struct sigv4_key k = {.secret_key = NULL};
    struct err e = ERR_INIT;
    char said[256];

    if (document_read(body, shape, &k, &e) != 0) {
        fuzz_failed(&e);
    } else {
        FUZZ_HOLDS(k.access_key_id[0] != '\0' && printable(k.secret_key));
        FUZZ_HOLDS(k.session_token == NULL || printable(k.session_token));
        for (const char *p = k.access_key_id; *p != '\0'; p++)
            FUZZ_HOLDS(*p > ' ' && *p < 0x7f);
        FUZZ_HOLDS(shape == DOCUMENT_PROCESS || k.expires != 0);
    }
    sigv4_key_free(&k);
    document_complaint(body, said, sizeof(said));
    FUZZ_HOLDS(fuzz_clean(said, sizeof(said)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err e = ERR_INIT;
    struct secret *body = secret_from(data, size, &e);
    struct json *strict = json_parse(secret_str(body), size, &e), *last = NULL;

    if (strict == NULL)
        fuzz_failed(&e);
    last = json_parse_last(secret_str(body), size, &e);
    FUZZ_HOLDS(strict == NULL || last != NULL);
    if (last == NULL)
        fuzz_failed(&e);
    else
        check_members(last);
    if (strict != NULL)
        check_members(strict);
    json_free(strict);
    json_free(last);
    read_document(body, DOCUMENT_SERVICE);
    read_document(body, DOCUMENT_PROCESS);
    secret_free(body);
    return 0;
}
