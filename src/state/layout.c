#include "state/layout.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define FARTHEST (INT64_MAX / 2) /* what is added to a time does not overflow */

/* The file as a table: one row a key, in the order in which it is written. */
enum kind {
    TEXT,
    NUMBER,
    COUNT,
    FLAG,
    WORD,
    TRIES
};

#define ROW(key, kind, member, words)                                                              \
    {                                                                                              \
        key, kind, offsetof(struct record, member), sizeof(((struct record *)0)->member), words    \
    }

static const struct row {
    const char *key;
    enum kind kind;
    size_t offset;
    size_t size;
    const char *const *words;
} rows[] = {
    ROW("phase", WORD, phase, record_phases),  ROW("name", TEXT, name, NULL),
    ROW("machine", TEXT, machine, NULL),       ROW("section", TEXT, section, NULL),
    ROW("account", TEXT, account, NULL),       ROW("iam_user", TEXT, iam_user, NULL),
    ROW("service", TEXT, service, NULL),       ROW("rhost", TEXT, rhost, NULL),
    ROW("changed", NUMBER, changed, NULL),     ROW("not_before", NUMBER, not_before, NULL),
    ROW("failures", COUNT, failures, NULL),    ROW("code", TEXT, code, NULL),
    ROW("how", WORD, how, record_hows),        ROW("call", WORD, call, record_calls),
    ROW("nonce", TEXT, nonce, NULL),           ROW("creates", COUNT, creates, NULL),
    ROW("tries", TRIES, tries, NULL),          ROW("request_id", TEXT, request_id, NULL),
    ROW("signin_url", TEXT, signin_url, NULL), ROW("profile_date", NUMBER, profile_date, NULL),
    ROW("probable", FLAG, probable, NULL),     ROW("told", FLAG, told, NULL),
    ROW("typed", FLAG, typed, NULL),           ROW("at_login", FLAG, at_login, NULL),
    ROW("unmarked", FLAG, unmarked, NULL),     ROW("fingerprint", TEXT, fingerprint, NULL),
    ROW("ticket", FLAG, ticket, NULL),
};

enum {
    ROWS = sizeof(rows) / sizeof(rows[0])
};

static void
add_text(struct buf *b, const char *key, const char *v)
{
    if (*v == '\0')
        return;
    buf_addf(b, "%s=", key);
    for (; *v != '\0'; v++) {
        unsigned char c = (unsigned char)*v;

        if (c > 0x20 && c < 0x7f && c != '%')
            buf_addf(b, "%c", c);
        else
            buf_addf(b, "%%%02X", c);
    }
    buf_adds(b, "\n");
}

static void
add_tries(struct buf *b, const struct record *r)
{
    if (r->try_count == 0)
        return;
    buf_adds(b, "tries=");
    for (size_t i = 0; i < r->try_count; i++)
        buf_addf(b, "%s%" PRId64 "-%" PRId64, i > 0 ? "," : "", r->tries[i].sent,
                 r->tries[i].deadline);
    buf_adds(b, "\n");
}

static void
add_row(struct buf *b, const struct row *row, const struct record *r)
{
    const char *p = (const char *)r + row->offset;
    int64_t number = 0;
    unsigned word = 0;

    switch (row->kind) {
    case TEXT:
        add_text(b, row->key, p);
        return;
    case TRIES:
        add_tries(b, r);
        return;
    case NUMBER:
        memcpy(&number, p, sizeof(number));
        break;
    case COUNT:
        memcpy(&word, p, sizeof(word));
        number = word;
        break;
    case FLAG:
        number = *(const bool *)p;
        break;
    case WORD:
        memcpy(&word, p, sizeof(word));
        if (word > 0)
            add_text(b, row->key, row->words[word]);
        return;
    }
    if (number != 0)
        buf_addf(b, "%s=%" PRId64 "\n", row->key, number);
}

void
layout_print(const struct record *r, struct buf *b)
{
    buf_adds(b, "v=1\n");
    for (size_t i = 0; i < ROWS; i++)
        add_row(b, &rows[i], r);
}

static bool
parse_number(const char *s, int64_t *out)
{
    char *end = NULL;

    if (*s < '0' || *s > '9')
        return false;
    errno = 0;
    *out = strtoll(s, &end, 10);
    return errno == 0 && *end == '\0' && *out <= FARTHEST;
}

static int
hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool
parse_text(const char *s, char *out, size_t size)
{
    size_t n = 0;

    while (*s != '\0') {
        unsigned char c = (unsigned char)*s++;

        if (c == '%') {
            int high = hex(s[0]), low = high < 0 ? -1 : hex(s[1]);

            if (low < 0)
                return false;
            c = (unsigned char)(high << 4 | low);
            s += 2;
        }
        if (c == '\0' || n + 1 >= size)
            return false;
        out[n++] = (char)c;
    }
    out[n] = '\0';
    return n > 0;
}

static bool
parse_tries(char *s, struct record *r)
{
    char *save = NULL;

    for (char *t = strtok_r(s, ",", &save); t != NULL; t = strtok_r(NULL, ",", &save)) {
        char *dash = strchr(t, '-');

        if (dash == NULL || r->try_count == RECORD_TRIES)
            return false;
        *dash = '\0';
        if (!parse_number(t, &r->tries[r->try_count].sent) ||
            !parse_number(dash + 1, &r->tries[r->try_count].deadline))
            return false;
        r->try_count++;
    }
    return r->try_count > 0;
}

static bool
parse_row(const struct row *row, char *v, struct record *r)
{
    char *p = (char *)r + row->offset;
    int64_t number = 0;
    unsigned word;

    switch (row->kind) {
    case TEXT:
        return parse_text(v, p, row->size);
    case TRIES:
        return parse_tries(v, r);
    case NUMBER:
        if (!parse_number(v, &number))
            return false;
        memcpy(p, &number, sizeof(number));
        return true;
    case COUNT:
        if (!parse_number(v, &number) || number > 1000000)
            return false;
        word = (unsigned)number;
        memcpy(p, &word, sizeof(word));
        return true;
    case FLAG:
        *(bool *)p = true;
        return strcmp(v, "1") == 0;
    case WORD:
        for (word = 0; row->words[word] != NULL; word++)
            if (strcmp(v, row->words[word]) == 0) {
                memcpy(p, &word, sizeof(word));
                return true;
            }
        return false;
    }
    return false;
}

static int
parse_lines(char *text, struct record *r, struct err *e)
{
    bool seen[ROWS] = {false};
    char *save = NULL;
    char *line = strtok_r(text, "\n", &save);

    if (line == NULL || strcmp(line, "v=1") != 0)
        return err_set(e, ERR_FORMAT, "the record does not begin with v=1");
    while ((line = strtok_r(NULL, "\n", &save)) != NULL) {
        char *eq = strchr(line, '=');
        size_t i = 0;

        if (eq == NULL)
            return err_set(e, ERR_FORMAT, "the record has a line without =");
        *eq = '\0';
        while (i < ROWS && strcmp(rows[i].key, line) != 0)
            i++;
        if (i == ROWS || seen[i] || !parse_row(&rows[i], eq + 1, r))
            return err_set(e, ERR_FORMAT, "the record has a bad line %.32s=", line);
        seen[i] = true;
    }
    if (r->phase == RECORD_NONE || r->name[0] == '\0' || r->machine[0] == '\0')
        return err_set(e, ERR_FORMAT, "the record lacks phase, name or machine");
    return 0;
}

int
layout_parse(const char *text, size_t len, struct record *r, struct err *e)
{
    char copy[LAYOUT_MAX + 1];

    record_init(r, r->uid);
    r->phase = RECORD_INTENT; /* until proven otherwise: STORE-3 */
    if (len > LAYOUT_MAX)
        return err_set(e, ERR_LIMIT, "the record is longer than %d bytes", LAYOUT_MAX);
    if (memchr(text, '\0', len) != NULL)
        return err_set(e, ERR_FORMAT, "the record holds a NUL");
    memcpy(copy, text, len);
    copy[len] = '\0';
    r->phase = RECORD_NONE;
    if (parse_lines(copy, r, e) == 0)
        return 0;
    if (r->phase == RECORD_NONE)
        r->phase = RECORD_INTENT;
    return -1;
}
