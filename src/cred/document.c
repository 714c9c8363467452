#include "cred/document.h"

#include <string.h>
#include <time.h>

#include "aws/json.h"
#include "base/text.h"
#include "cred/keys.h"

/* "2026-11-23T09:30:00Z", 0 where it is nothing of the kind. */
static int64_t
expiration(const char *text)
{
    struct tm tm;
    const char *end;

    memset(&tm, 0, sizeof(tm));
    end = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
    return end != NULL && strcmp(end, "Z") == 0 ? timegm(&tm) : 0;
}

/* A 200 may hold Code and Message instead of keys. */
static int
check_code(const struct json *j, struct err *e)
{
    struct secret *code = json_member(j, "Code", NULL), *text = NULL;
    char shown[64] = "", message[200] = "";
    int rc = 0;

    if (code != NULL && strcmp(secret_str(code), "Success") != 0) {
        text = json_member(j, "Message", NULL);
        text_clean(shown, sizeof(shown), secret_str(code), secret_len(code));
        if (text != NULL)
            text_clean(message, sizeof(message), secret_str(text), secret_len(text));
        rc = err_set(e, ERR_DENIED, "no keys: %s: %s", shown, message);
    }
    secret_free(code);
    secret_free(text);
    return rc;
}

/* A member that has to be there. */
static struct secret *
member(const struct json *j, const char *key, struct err *e)
{
    struct secret *text = json_member(j, key, e);

    if (text == NULL && e->code == ERR_ABSENT)
        e->code = ERR_FORMAT;
    return text;
}

int
document_read(const struct secret *body, struct sigv4_key *k, struct err *e)
{
    static const struct {
        const char *key;
        enum keys_part part;
    } parts[] = {
        {"AccessKeyId", KEYS_ID},
        {"SecretAccessKey", KEYS_SECRET},
        {"Token", KEYS_TOKEN},
    };
    struct json *j = json_parse(secret_str(body), secret_len(body), e);
    struct secret *text = NULL;
    int rc = -1;

    if (j == NULL || check_code(j, e) != 0)
        goto out;
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        secret_free(text);
        text = member(j, parts[i].key, e);
        if (text == NULL)
            goto out;
        if (keys_set(k, parts[i].part, secret_str(text), secret_len(text), e) != 0) {
            err_wrap(e, "%s", parts[i].key);
            goto out;
        }
    }
    secret_free(text);
    text = member(j, "Expiration", e);
    if (text == NULL)
        goto out;
    k->expires = expiration(secret_str(text));
    rc = k->expires > 0 ? 0 : err_set(e, ERR_FORMAT, "Expiration is not a date");
out:
    secret_free(text);
    json_free(j);
    return rc;
}
