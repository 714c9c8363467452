/*
 * Texts from elsewhere: on a terminal they are printable UTF-8, in the log they keep to its
 * grammar, and in STS's alphabet two of them stay two.
 */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "cred/identity.h"
#include "fuzz.h"
#include "helper/session.h"

static const char sts_chars[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                "0123456789_+=,.@-";

static void
check_clean(const char *text, size_t len, size_t room)
{
    char *out = malloc(room);

    FUZZ_HOLDS(out != NULL);
    text_clean(out, room, text, len);
    FUZZ_HOLDS(strlen(out) < room && strlen(out) <= len && fuzz_clean(out, room));
    for (const char *p = out; *p != '\0'; p++)
        FUZZ_HOLDS((unsigned char)*p >= ' ' && *p != 0x7f);
    free(out);
}

/* One pair of the line; returns what follows it. */
static const char *
pair(const char *p)
{
    size_t n = strspn(p, "abcdefghijklmnopqrstuvwxyz_");

    FUZZ_HOLDS(n > 0 && p[n] == '=');
    p += n + 1;
    if (*p != '"') {
        n = strcspn(p, " ");
        for (size_t i = 0; i < n; i++)
            FUZZ_HOLDS(p[i] > ' ' && p[i] < 0x7f && p[i] != '"' && p[i] != '\\');
        FUZZ_HOLDS(n > 0);
        return p + n;
    }
    for (p++; *p != '"'; p++) {
        FUZZ_HOLDS(*p >= ' ' && *p < 0x7f);
        if (*p != '\\')
            continue;
        p++;
        FUZZ_HOLDS(*p == '"' || *p == '\\' || *p == 'x');
        if (*p == 'x') {
            FUZZ_HOLDS(strspn(p + 1, "0123456789abcdefABCDEF") >= 2);
            p += 2;
        }
    }
    return p + 1;
}

static void
check_log(const char *text)
{
    const struct log_event ev = {.event = "claim",
                                 .result = OUTCOME_DENIED,
                                 .user = text,
                                 .iam_user = text,
                                 .account = text,
                                 .service = text,
                                 .rhost = text,
                                 .via = "claim",
                                 .code = text,
                                 .request_id = text,
                                 .tries = 1,
                                 .ms = -1,
                                 .msg = text};
    struct buf line;

    buf_init(&line, LOG_LINE_MAX);
    log_format(&ev, &line);
    FUZZ_HOLDS(line.fault == ERR_OK && line.len > 0 && line.len <= LOG_LINE_MAX);
    for (const char *p = buf_str(&line);;) {
        p = pair(p);
        if (*p == '\0')
            break;
        FUZZ_HOLDS(*p++ == ' ');
    }
    buf_free(&line);
}

static void
check_identity(const char *text)
{
    char out[IDENTITY_SIZE], other[IDENTITY_SIZE];
    struct err e = ERR_INIT;
    char *longer = malloc(strlen(text) + 2);

    FUZZ_HOLDS(longer != NULL);
    memcpy(longer, text, strlen(text) + 1);
    strcat(longer, "x");
    if (identity_make("%u", text, "host", out, &e) != 0)
        fuzz_failed(&e);
    else
        FUZZ_HOLDS(strlen(out) >= 2 && strlen(out) <= 64 && strspn(out, sts_chars) == strlen(out));
    if (identity_make("%u", longer, "host", other, &e) == 0 && e.code == ERR_OK)
        FUZZ_HOLDS(strcmp(out, other) != 0);
    if (identity_make(text, "alice", "host", out, &e) != 0)
        fuzz_failed(&e);
    else
        FUZZ_HOLDS(strlen(out) >= 2 && strspn(out, sts_chars) == strlen(out));
    free(longer);
}

/* /proc/PID/loginuid, and behind its line /proc/PID/cgroup. */
static void
check_session(char *text)
{
    char *cgroup = strchr(text, '\n');
    uid_t other = 7;
    enum session_kind kind;

    if (cgroup == NULL)
        return;
    *cgroup++ = '\0';
    kind = session_judge(1000, text, cgroup, &other);
    FUZZ_HOLDS(kind <= SESSION_UNCLEAR);
    FUZZ_HOLDS(kind != SESSION_OTHERS || other != 1000);
    /* Nobody is two people. */
    if (kind == SESSION_OWN)
        FUZZ_HOLDS(session_judge(1001, text, cgroup, &other) == SESSION_OTHERS && other == 1000);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_string(data, size);

    check_clean(text, size, size + 1);
    check_clean(text, size, size / 2 + 1);
    check_clean(text, size, 3);
    check_log(text);
    check_identity(text);
    check_session(text);
    free(text);
    return 0;
}
