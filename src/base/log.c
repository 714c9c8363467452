#include "base/log.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

static bool
bare(unsigned char c)
{
    return c > 0x20 && c < 0x7f && c != '"' && c != '\\';
}

static bool
needs_quotes(const char *v)
{
    if (strcmp(v, "-") == 0)
        return true;
    for (; *v != '\0'; v++)
        if (!bare((unsigned char)*v))
            return true;
    return false;
}

/* One byte as it stands between quotes; returns its length, at most 4. */
static size_t
escape(char out[8], unsigned char c)
{
    if (bare(c) || c == ' ')
        return (size_t)snprintf(out, 8, "%c", c);
    if (c == '"' || c == '\\')
        return (size_t)snprintf(out, 8, "\\%c", c);
    return (size_t)snprintf(out, 8, "\\x%02x", c);
}

/* A value in at most `max` bytes: a longer one loses its end, never its quote. */
static void
add_value(struct buf *line, const char *v, size_t max)
{
    size_t end = line->len + max;
    char out[8];

    if (v == NULL || *v == '\0') {
        buf_adds(line, "-");
        return;
    }
    if (!needs_quotes(v)) {
        buf_add(line, v, strnlen(v, max));
        return;
    }
    buf_adds(line, "\"");
    for (; *v != '\0'; v++) {
        size_t n = escape(out, (unsigned char)*v);

        if (line->len + n >= end)
            break;
        buf_add(line, out, n);
    }
    buf_adds(line, "\"");
}

void
log_format(const struct log_event *ev, struct buf *line)
{
    size_t start = line->len;
    char tries[24] = "", ms[24] = "";
    /* Room for the longest value that is not an attack; what others choose (a host
     * name, a user name) must not push the sentence off the line. */
    const struct {
        const char *key, *value;
        size_t max;
    } pairs[] = {
        {"event", ev->event, 16},      {"result", outcome_name(ev->result), 16},
        {"user", ev->user, 256},       {"iam_user", ev->iam_user, 256},
        {"account", ev->account, 64},  {"service", ev->service, 128},
        {"rhost", ev->rhost, 384},     {"via", ev->via, 16},
        {"code", ev->code, 128},       {"request_id", ev->request_id, 128},
        {"try", tries, sizeof(tries)}, {"ms", ms, sizeof(ms)},
    };

    if (ev->tries > 0)
        (void)snprintf(tries, sizeof(tries), "%u", ev->tries);
    if (ev->ms >= 0)
        (void)snprintf(ms, sizeof(ms), "%ld", ev->ms);
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        buf_addf(line, "%s%s=", i > 0 ? " " : "", pairs[i].key);
        add_value(line, pairs[i].value, pairs[i].max);
    }
    if (ev->msg != NULL && ev->msg[0] != '\0') {
        buf_adds(line, " msg=");
        add_value(line, ev->msg, LOG_LINE_MAX - (line->len - start));
    }
}

void
log_open(void)
{
    openlog("pam_iamlp", LOG_PID, LOG_AUTHPRIV);
}

void
log_write(const struct log_event *ev)
{
    /* Whoever claims from somebody else's login is told why: nothing here is to be mended. */
    bool refused = ev->result == OUTCOME_DENIED && strcmp(ev->event, "claim") == 0;
    struct buf line;

    buf_init(&line, LOG_LINE_MAX);
    log_format(ev, &line);
    syslog(LOG_AUTHPRIV | (refused ? LOG_NOTICE : outcome_priority(ev->result)), "%s",
           buf_str(&line));
    buf_free(&line);
}
