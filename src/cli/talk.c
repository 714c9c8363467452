#include "cli/talk.h"

#include <string.h>
#include <unistd.h>

#include "base/outcome.h"
#include "base/text.h"
#include "cli/verb.h"

void
talk_field(const struct frame *f, const char *label, enum wire_field id)
{
    char line[TERM_TEXT_MAX];
    size_t len = 0, used = strlen(label);
    const char *p = frame_get(f, id, &len);

    if (p == NULL)
        return;
    memcpy(line, label, used);
    text_clean(line + used, sizeof(line) - used, p, len);
    term_say(STDOUT_FILENO, line);
}

enum term_event
talk_yes(struct term *t, const char *question, bool again, bool *answer)
{
    struct secret *line = secret_new(TERM_LINE_MAX, NULL);
    enum term_event event;

    *answer = false;
    if (line == NULL)
        return TERM_STOPPED;
    event = term_ask(t, question, false, line);
    if (again && event == TERM_LINE && secret_len(line) == 0)
        event = term_ask(t, question, false, line);
    if (event == TERM_LINE)
        *answer =
            strcasecmp(secret_str(line), "y") == 0 || strcasecmp(secret_str(line), "yes") == 0;
    secret_free(line);
    return event;
}

/* Append a line for the field, or for what is said in its absence (NULL: nothing). */
static int
add_line(struct secret *out, const struct frame *f, const char *label, enum wire_field id,
         const char *absent, struct err *e)
{
    size_t len = 0, start;
    const char *value = frame_get(f, id, &len);
    char *p;

    if (value == NULL && absent == NULL)
        return 0;
    if (value == NULL) {
        value = absent;
        len = strlen(absent);
    }
    if (secret_append(out, label, strlen(label), e) != 0)
        return -1;
    start = secret_len(out);
    p = secret_extend(out, len, e);
    if (p == NULL)
        return -1;
    text_clean(p, len + 1, value, len);
    secret_truncate(out, start + strlen(p));
    return secret_append(out, "\n", 1, e);
}

int
talk_show(struct frame *f, struct err *e)
{
    /* The labels, and all that a frame can hold. */
    struct secret *out = secret_new(WIRE_PERSON_MAX + 256, e);
    int rc = -1;

    if (out != NULL && secret_append(out, "\n", 1, e) == 0 &&
        add_line(out, f, "Sign-in URL: ", WIRE_F_SIGNIN_URL, NULL, e) == 0 &&
        add_line(out, f, "IAM user:    ", WIRE_F_IAM_USER, NULL, e) == 0 &&
        add_line(out, f, "Password:    ", WIRE_F_PASSWORD, "(the one you have chosen)", e) == 0 &&
        secret_append(out, "\n", 1, e) == 0) {
        if (term_write(STDOUT_FILENO, secret_str(out), secret_len(out)) == 0)
            rc = 0;
        else
            err_sys(e, "the terminal cannot be written to");
        talk_field(f, "", WIRE_F_TEXT);
    }
    secret_free(out);
    frame_free(f);
    return rc;
}

int
talk_end(const struct frame *f)
{
    enum outcome o = frame_get_outcome(f);
    bool fine = o == OUTCOME_OK || o == OUTCOME_EXISTS || o == OUTCOME_LATER;
    char text[TERM_TEXT_MAX];

    (void)frame_get_clean(f, WIRE_F_TEXT, text, sizeof(text));
    if (text[0] != '\0')
        term_say(fine ? STDOUT_FILENO : STDERR_FILENO, text);
    return fine ? VERB_OK : VERB_FAILED;
}
