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

static void
add_pair(struct buf *line, const char *key, const char *v)
{
    if (line->len > 0)
        buf_adds(line, " ");
    buf_addf(line, "%s=", key);
    if (v == NULL || *v == '\0') {
        buf_adds(line, "-");
        return;
    }
    if (!needs_quotes(v)) {
        buf_adds(line, v);
        return;
    }
    buf_adds(line, "\"");
    for (; *v != '\0'; v++) {
        unsigned char c = (unsigned char)*v;

        if (bare(c) || c == ' ')
            buf_addf(line, "%c", c);
        else if (c == '"' || c == '\\')
            buf_addf(line, "\\%c", c);
        else
            buf_addf(line, "\\x%02x", c);
    }
    buf_adds(line, "\"");
}

void
log_format(const struct log_event *ev, struct buf *line)
{
    char tries[24] = "", ms[24] = "";

    if (ev->tries > 0)
        (void)snprintf(tries, sizeof(tries), "%u", ev->tries);
    if (ev->ms >= 0)
        (void)snprintf(ms, sizeof(ms), "%ld", ev->ms);
    add_pair(line, "event", ev->event);
    add_pair(line, "result", outcome_name(ev->result));
    add_pair(line, "user", ev->user);
    add_pair(line, "iam_user", ev->iam_user);
    add_pair(line, "account", ev->account);
    add_pair(line, "service", ev->service);
    add_pair(line, "rhost", ev->rhost);
    add_pair(line, "via", ev->via);
    add_pair(line, "code", ev->code);
    add_pair(line, "request_id", ev->request_id);
    add_pair(line, "try", tries);
    add_pair(line, "ms", ms);
    if (ev->msg != NULL && ev->msg[0] != '\0')
        add_pair(line, "msg", ev->msg);
}

void
log_open(void)
{
    openlog("pam_iamlp", LOG_PID, LOG_AUTHPRIV);
}

void
log_write(const struct log_event *ev)
{
    struct buf line;

    buf_init(&line, LOG_LINE_MAX);
    log_format(ev, &line);
    syslog(LOG_AUTHPRIV | outcome_priority(ev->result), "%s", buf_str(&line));
    buf_free(&line);
}
