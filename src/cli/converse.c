#include "cli/converse.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/prompt.h"
#include "cli/talk.h"
#include "cli/verb.h"

enum {
    GREET_MS = 10000,   /* the helper asks nobody before it greets */
    FRAME_MS = 5000,    /* from a frame's first byte to its last */
    PATIENCE_MS = 2000, /* after which a person is told what the wait is for */
    ON = -1,            /* the conversation goes on: no exit status yet */
};

int
converse_fail(const struct converse *c, int status, const char *fmt, ...)
{
    char text[TERM_TEXT_MAX] = "iamlp claim: ";
    size_t used = strlen(text);
    va_list ap;

    if (c->automatic && !c->spoken)
        return VERB_OK;
    va_start(ap, fmt);
    (void)vsnprintf(text + used, sizeof(text) - used, fmt, ap);
    va_end(ap);
    term_say(STDERR_FILENO, text);
    return status;
}

int
converse_stopped(const struct converse *c)
{
    if (!c->automatic || c->spoken)
        term_say(STDERR_FILENO, c->stopped);
    return term_status(&c->term);
}

/* Let the helper know that the person goes no further; its END has the last word. */
static void
leave(struct converse *c)
{
    c->left = true;
    (void)shutdown(c->term.peer, SHUT_WR);
}

/* A helper that did not get its answer must not go on waiting for it. */
static void
send_frame(struct converse *c, struct frame *f)
{
    struct err e = ERR_INIT;

    if (frame_send(f, c->term.peer, &clock_system, clock_system.mono_ms() + FRAME_MS, &e) != 0)
        leave(c);
    frame_free(f);
}

/* ---- what the helper says ----------------------------------------------------------- */

static int
greet(struct converse *c, const struct frame *f)
{
    int64_t mode = frame_get_number(f, WIRE_F_MODE, WIRE_MODE_ASK, WIRE_MODE_QUIET, -1);
    size_t len = 0;

    if (mode < 0 || c->greeted)
        return converse_fail(c, VERB_OTHER,
                             "iamlp-helper greets in a way that this program does not know; "
                             "both must come from one installation");
    c->greeted = true;
    c->mode = (enum wire_mode)mode;
    if (c->mode != WIRE_MODE_QUIET && frame_get(f, WIRE_F_TEXT, &len) != NULL) {
        c->spoken = true;
        talk_field(f, "", WIRE_F_TEXT);
    }
    return ON;
}

/* Whatever ended a question: only a stop ends the program, the rest the helper answers. */
static int
after(struct converse *c, enum term_event event)
{
    return event == TERM_STOPPED ? converse_stopped(c) : ON;
}

static int
ask(struct converse *c, const struct frame *f)
{
    struct frame answer;
    enum term_event event;
    bool yes;

    c->stopped = "Nothing was created. To be asked again: iamlp claim";
    talk_field(f, "IAM user:    ", WIRE_F_IAM_USER);
    talk_field(f, "Account:     ", WIRE_F_ACCOUNT);
    talk_field(f, "", WIRE_F_TEXT);
    event = talk_yes(&c->term, "Type yes to do it now, or press Enter for later: ", false, &yes);
    if (event == TERM_LINE || event == TERM_EOF) {
        frame_init(&answer, WIRE_ANSWER, WIRE_PERSON_MAX);
        frame_put_number(&answer, WIRE_F_CHOICE, yes ? WIRE_CHOICE_YES : WIRE_CHOICE_LATER);
        send_frame(c, &answer);
        if (yes)
            c->stopped = "What was begun goes on. To see it: iamlp claim";
    }
    return after(c, event);
}

static int
choose(struct converse *c, const struct frame *f)
{
    struct frame answer;
    struct secret *password = NULL;
    enum term_event event;

    c->stopped = "Nothing was created. To be asked again: iamlp claim";
    talk_field(f, "", WIRE_F_TEXT);
    event = prompt_password(&c->term, &password);
    if (password != NULL) {
        frame_init(&answer, WIRE_CHOSEN, WIRE_PERSON_MAX);
        frame_put_secret(&answer, WIRE_F_PASSWORD, password);
        send_frame(c, &answer);
        c->stopped = "What was begun goes on. To see it: iamlp claim";
    } else if (event == TERM_LINE || event == TERM_EOF) {
        term_say(STDERR_FILENO, c->stopped);
        return VERB_FAILED;
    }
    secret_free(password);
    return after(c, event);
}

static int
show(struct converse *c, struct frame *f)
{
    struct frame seen;
    struct err e = ERR_INIT;
    enum term_event event = TERM_LINE;
    size_t len = 0;
    /* Whoever has chosen the password has nothing to note. */
    bool yes = frame_get(f, WIRE_F_PASSWORD, &len) == NULL;

    c->stopped = "Not confirmed. To see it again: iamlp claim";
    if (talk_show(f, &e) != 0)
        return converse_fail(c, VERB_OTHER, "%s", e.msg);
    if (!yes)
        event = talk_yes(&c->term, "Type yes once you have noted it; it is not shown again: ", true,
                         &yes);
    if (yes) {
        frame_init(&seen, WIRE_SEEN, WIRE_PERSON_MAX);
        send_frame(c, &seen);
    } else {
        leave(c);
    }
    return after(c, event);
}

/* END before GREET is a refusal to whoever asked by hand, and nothing to a login shell. */
static int
end(const struct converse *c, const struct frame *f)
{
    size_t len = 0;
    int rc;

    if (c->automatic && !c->greeted)
        return VERB_OK;
    if (c->left && frame_get(f, WIRE_F_TEXT, &len) == NULL)
        term_say(STDERR_FILENO, c->stopped);
    rc = talk_end(f);
    return c->greeted && c->mode != WIRE_MODE_ASK ? VERB_OK : rc;
}

static int
dispatch(struct converse *c, struct frame *f)
{
    if (f->type == WIRE_GREET)
        return greet(c, f);
    if (f->type == WIRE_END)
        return end(c, f);
    if (!c->greeted || c->mode != WIRE_MODE_ASK)
        return converse_fail(c, VERB_OTHER,
                             "iamlp-helper said something that does not belong here (%d); "
                             "both must come from one installation",
                             (int)f->type);
    c->spoken = true;
    switch (f->type) {
    case WIRE_ASK:
        return ask(c, f);
    case WIRE_CHOOSE:
        return choose(c, f);
    case WIRE_SHOW:
        return show(c, f);
    default:
        return converse_fail(c, VERB_OTHER,
                             "iamlp-helper said something that this program does not know "
                             "(%d); both must come from one installation",
                             (int)f->type);
    }
}

/* ---- frame by frame ------------------------------------------------------------------- */

/* Wait for the next frame. ON: it is there to be read. */
static int
await(struct converse *c)
{
    enum term_event event;

    if (!c->greeted || c->mode != WIRE_MODE_ASK) {
        event = term_wait(&c->term, GREET_MS);
        if (event == TERM_LATE)
            return converse_fail(c, VERB_OTHER, "iamlp-helper does not answer");
    } else if ((event = term_wait(&c->term, PATIENCE_MS)) == TERM_LATE) {
        c->spoken = true;
        term_say(STDOUT_FILENO, "Waiting for AWS; Ctrl-C ends it.");
        event = term_wait(&c->term, -1);
    }
    return after(c, event);
}

/* A frame that did not come. An exit status, or CONVERSE_AGAIN. */
static int
no_frame(const struct converse *c, const struct err *e)
{
    bool gone = e->code == ERR_ABSENT || e->code == ERR_NETWORK;

    if (gone && !c->greeted)
        return CONVERSE_AGAIN;
    if (gone && c->left) {
        term_say(STDERR_FILENO, c->stopped);
        return VERB_FAILED;
    }
    return converse_fail(c, VERB_OTHER,
                         "iamlp-helper ended without a word (%s); to go on from there: iamlp claim",
                         e->msg);
}

int
converse_run(struct converse *c)
{
    struct err e = ERR_INIT;
    struct frame f;
    int rc;

    c->left = false;
    frame_init(&f, WIRE_CLAIM, WIRE_PERSON_MAX);
    frame_put_number(&f, WIRE_F_AUTO, c->automatic);
    send_frame(c, &f);
    while ((rc = await(c)) == ON) {
        if (frame_recv(&f, c->term.peer, WIRE_PERSON_MAX, &clock_system,
                       clock_system.mono_ms() + FRAME_MS, &e) == 0)
            rc = dispatch(c, &f);
        else
            rc = no_frame(c, &e);
        frame_free(&f);
        if (rc != ON)
            break;
    }
    return rc;
}
