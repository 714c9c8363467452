/* iamlp provision USER (many: cli/bulk.c): the story on an operator's terminal: plan, ask, show,
 * confirm. */
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/proc.h"
#include "cli/bulk.h"
#include "cli/helper.h"
#include "cli/talk.h"
#include "cli/verb.h"

static enum term_event
ask(struct term *t, struct helper *h, const struct frame *f)
{
    struct frame answer;
    enum term_event event;
    bool yes;

    talk_field(f, "Local user:  ", WIRE_F_USER);
    talk_field(f, "IAM user:    ", WIRE_F_IAM_USER);
    talk_field(f, "Account:     ", WIRE_F_ACCOUNT);
    talk_field(f, "", WIRE_F_TEXT);
    event = talk_yes(t, "[y/N] ", false, &yes);
    if (event != TERM_LINE && event != TERM_EOF)
        return event;
    frame_init(&answer, WIRE_ANSWER, WIRE_PERSON_MAX);
    frame_put_number(&answer, WIRE_F_CHOICE, yes ? WIRE_CHOICE_YES : WIRE_CHOICE_NO);
    helper_send(h, &answer);
    return event;
}

/* Without a yes the story ends here, and the helper keeps what it has. */
static enum term_event
show(struct term *t, struct helper *h, struct frame *f)
{
    struct frame seen;
    struct err e = ERR_INIT;
    enum term_event event = TERM_EOF;
    bool yes = false;

    if (talk_show(f, &e) == 0)
        event = talk_yes(t, "Once you confirm, it cannot be shown again. Handed over? [y/N] ",
                         false, &yes);
    else
        term_say(STDERR_FILENO, e.msg);
    if (yes) {
        frame_init(&seen, WIRE_SEEN, WIRE_PERSON_MAX);
        helper_send(h, &seen);
    } else {
        (void)shutdown(h->fd, SHUT_WR);
    }
    return event;
}

/* To the end of the story, or (-1) until the operator or the helper leaves it. */
static int
converse(struct term *t, struct helper *h)
{
    struct frame f = {0};
    enum term_event event = TERM_PEER;
    int rc = -1;

    while (rc < 0 && event != TERM_STOPPED && (event = term_wait(t, -1)) == TERM_PEER &&
           helper_receive(h, &f) == 0) {
        switch (f.type) {
        case WIRE_ASK:
            event = ask(t, h, &f);
            break;
        case WIRE_SHOW:
            event = show(t, h, &f);
            break;
        case WIRE_END:
            rc = talk_end(&f);
            break;
        default:
            rc = VERB_OTHER;
            break;
        }
        frame_free(&f);
    }
    frame_free(&f);
    if (event != TERM_STOPPED)
        return rc < 0 ? VERB_OTHER : rc;
    term_say(STDERR_FILENO, "Not confirmed; the next try goes on from here.");
    return term_status(t);
}

int
provision_run(int argc, char **argv)
{
    struct helper h = {.fd = -1};
    struct term t = {.peer = -1};
    struct line line;
    struct err e = ERR_INIT;
    int rc = line_parse(&line, argc, argv);

    if (rc != VERB_OK)
        return rc;
    if (line.many)
        return bulk_run(&line);
    /* A password goes to a person at a terminal, never into a file or a pipe. */
    if (!term_present()) {
        (void)fprintf(stderr, "iamlp provision: shows a password, so it needs a terminal\n");
        return VERB_OTHER;
    }
    proc_no_core();
    rc = helper_start(&h, &line);
    if (rc != 0)
        return rc;
    t.peer = h.fd;
    if (term_begin(&t, &e) == 0) {
        rc = converse(&t, &h);
    } else {
        (void)fprintf(stderr, "iamlp provision: %s\n", e.msg);
        rc = VERB_OTHER;
    }
    term_end(&t);
    helper_stop(&h, t.caught == 0);
    return rc;
}
