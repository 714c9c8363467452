#include "cred/document.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "aws/json.h"
#include "base/text.h"
#include "base/when.h"
#include "cred/keys.h"

#define SHAPES (DOCUMENT_PROCESS + 1)

static const struct {
    enum keys_part part;
    const char *name[SHAPES];
    bool required[SHAPES];
} parts[] = {
    {KEYS_ID, {"AccessKeyId", "AccessKeyId"}, {true, true}},
    {KEYS_SECRET, {"SecretAccessKey", "SecretAccessKey"}, {true, true}},
    {KEYS_TOKEN, {"Token", "SessionToken"}, {true, false}},
};

static const bool expiration_required[SHAPES] = {true, false};

/* *text is NULL where the member is not there and need not be. */
static int
member(const struct json *j, const char *name, bool required, struct secret **text, struct err *e)
{
    struct err why = ERR_INIT;

    *text = json_member(j, name, &why);
    if (*text != NULL || (why.code == ERR_ABSENT && !required))
        return 0;
    return err_set(e, why.code == ERR_ABSENT ? ERR_FORMAT : why.code, "%s", why.msg);
}

static int
check_version(const struct json *j, struct err *e)
{
    struct secret *version;
    int rc;

    if (member(j, "Version", true, &version, e) != 0)
        return -1;
    rc = strcmp(secret_str(version), "1") == 0 ? 0 : err_set(e, ERR_FORMAT, "Version is not 1");
    secret_free(version);
    return rc;
}

static int
take_part(const struct json *j, enum document_shape shape, size_t i, struct sigv4_key *k,
          struct err *e)
{
    const char *name = parts[i].name[shape];
    bool required = parts[i].required[shape];
    struct secret *text;
    int rc = 0;

    if (member(j, name, required, &text, e) != 0)
        return -1;
    /* An empty token means none; so the AWS CLI takes it. */
    if (text != NULL && (required || secret_len(text) > 0) &&
        keys_set(k, parts[i].part, secret_str(text), secret_len(text), e) != 0)
        rc = err_wrap(e, "%s", name);
    secret_free(text);
    return rc;
}

static int
take_expiration(const struct json *j, enum document_shape shape, struct sigv4_key *k, struct err *e)
{
    struct secret *text;
    int rc = 0;

    if (member(j, "Expiration", expiration_required[shape], &text, e) != 0)
        return -1;
    /* 0 would mean "does not expire". */
    if (text != NULL && (when_parse(secret_str(text), &k->expires) != 0 || k->expires <= 0))
        rc = err_set(e, ERR_FORMAT, "Expiration is not a date such as 2026-11-23T09:30:00Z");
    secret_free(text);
    return rc;
}

/* The text under the first of two names, cleaned; "" where there is none. */
static void
show(const struct json *j, const char *name, const char *or_else, char *out, size_t size)
{
    struct secret *text = json_member(j, name, NULL);

    if (text == NULL)
        text = json_member(j, or_else, NULL);
    out[0] = '\0';
    if (text != NULL)
        text_clean(out, size, secret_str(text), secret_len(text));
    secret_free(text);
}

static void
complaint(const struct json *j, char *out, size_t size)
{
    char code[64], message[160];

    show(j, "Code", "code", code, sizeof(code));
    show(j, "Message", "message", message, sizeof(message));
    (void)snprintf(out, size, "%s%s%s", code, code[0] != '\0' && message[0] != '\0' ? ": " : "",
                   message);
}

/* A 200 of IMDS may hold Code and Message instead of keys. */
static int
check_code(const struct json *j, struct err *e)
{
    char code[64], said[232];

    show(j, "Code", "code", code, sizeof(code));
    if (code[0] == '\0' || strcmp(code, "Success") == 0)
        return 0;
    complaint(j, said, sizeof(said));
    return err_set(e, ERR_DENIED, "no keys: %s", said);
}

int
document_read(const struct secret *body, enum document_shape shape, struct sigv4_key *k,
              struct err *e)
{
    struct json *j = json_parse(secret_str(body), secret_len(body), e);
    int rc = -1;

    if (j == NULL || (shape == DOCUMENT_PROCESS ? check_version(j, e) : check_code(j, e)) != 0)
        goto out;
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (take_part(j, shape, i, k, e) != 0)
            goto out;
    rc = take_expiration(j, shape, k, e);
out:
    json_free(j);
    return rc;
}

void
document_complaint(const struct secret *body, char *out, size_t size)
{
    struct json *j = json_parse(secret_str(body), secret_len(body), NULL);

    out[0] = '\0';
    if (j != NULL)
        complaint(j, out, size);
    json_free(j);
}
