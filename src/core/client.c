#include "core/client.h"

#include "wire/frame.h"

static int
send_frame(struct client *c, struct frame *f, struct err *e)
{
    int rc = frame_send(f, c->fd, c->clock, c->clock->mono_ms() + CLIENT_SEND_MS, e);

    frame_free(f);
    return rc;
}

/* Wait for the client's frame of that type. */
static int
receive(struct client *c, enum wire_type type, int ms, struct frame *f, struct err *e)
{
    if (frame_recv(f, c->fd, WIRE_PERSON_MAX, c->clock, c->clock->mono_ms() + ms, e) != 0)
        return -1;
    if (f->type != type)
        return err_set(e, ERR_FORMAT, "the client sent frame %d where %d belongs", (int)f->type,
                       (int)type);
    return 0;
}

int
client_claim(struct client *c, bool *automatic, struct err *e)
{
    struct frame f = {0};
    int rc = receive(c, WIRE_CLAIM, CLIENT_FIRST_MS, &f, e);

    if (rc == 0)
        *automatic = frame_get_number(&f, WIRE_F_AUTO, 0, 1, 1) == 1;
    frame_free(&f);
    return rc;
}

int
client_greet(struct client *c, enum wire_mode mode, const char *text, struct err *e)
{
    struct frame f;

    frame_init(&f, WIRE_GREET, WIRE_PERSON_MAX);
    frame_put_number(&f, WIRE_F_MODE, mode);
    frame_put_text(&f, WIRE_F_TEXT, text);
    return send_frame(c, &f, e);
}

void
client_fact(struct client *c, const char *name, const char *text)
{
    struct frame f;
    struct err e = ERR_INIT;

    frame_init(&f, WIRE_FACT, WIRE_PERSON_MAX);
    frame_put_text(&f, WIRE_F_NAME, name);
    frame_put_text(&f, WIRE_F_TEXT, text);
    (void)send_frame(c, &f, &e);
}

void
client_finding(struct client *c, enum wire_level level, const char *area, const char *account,
               const char *text)
{
    struct frame f;
    struct err e = ERR_INIT;

    frame_init(&f, WIRE_FACT, WIRE_PERSON_MAX);
    frame_put_number(&f, WIRE_F_LEVEL, level);
    frame_put_text(&f, WIRE_F_NAME, area);
    frame_put_text(&f, WIRE_F_ACCOUNT, account);
    frame_put_text(&f, WIRE_F_TEXT, text);
    (void)send_frame(c, &f, &e);
}

/* Send ASK (consumed) and wait for its ANSWER; `where` may be NULL. */
static int
ask(struct client *c, struct frame *f, enum wire_choice *choice, struct client_place *where,
    struct err *e)
{
    struct frame answer;
    int rc;

    if (send_frame(c, f, e) != 0)
        return -1;
    rc = receive(c, WIRE_ANSWER, CLIENT_PERSON_MS, &answer, e);
    if (rc == 0)
        *choice = (enum wire_choice)frame_get_number(&answer, WIRE_F_CHOICE, WIRE_CHOICE_NO,
                                                     WIRE_CHOICE_LATER, WIRE_CHOICE_NO);
    if (rc == 0 && where != NULL) {
        (void)frame_get_text(&answer, WIRE_F_PARTITION, where->partition, sizeof(where->partition));
        (void)frame_get_text(&answer, WIRE_F_ACCOUNT, where->account, sizeof(where->account));
    }
    frame_free(&answer);
    return rc;
}

int
client_ask_operator(struct client *c, const char *user, const char *iam_user, const char *account,
                    const char *text, enum wire_choice *choice, struct client_place *where,
                    struct err *e)
{
    struct frame f;

    frame_init(&f, WIRE_ASK, WIRE_PERSON_MAX);
    frame_put_text(&f, WIRE_F_USER, user);
    frame_put_text(&f, WIRE_F_IAM_USER, iam_user);
    frame_put_text(&f, WIRE_F_ACCOUNT, account);
    frame_put_text(&f, WIRE_F_TEXT, text);
    return ask(c, &f, choice, where, e);
}

int
client_ask(struct client *c, const char *user, const char *iam_user, const char *account,
           const char *text, enum wire_choice *choice, struct err *e)
{
    return client_ask_operator(c, user, iam_user, account, text, choice, NULL, e);
}

int
client_let(struct client *c, const char *signin_url, enum wire_choice *choice, struct err *e)
{
    struct frame f;

    frame_init(&f, WIRE_ASK, WIRE_PERSON_MAX);
    frame_put_text(&f, WIRE_F_SIGNIN_URL, signin_url);
    return ask(c, &f, choice, NULL, e);
}

struct secret *
client_choose(struct client *c, const char *why, struct err *e)
{
    struct secret *password = NULL;
    struct frame f;

    frame_init(&f, WIRE_CHOOSE, WIRE_PERSON_MAX);
    frame_put_text(&f, WIRE_F_TEXT, why);
    if (send_frame(c, &f, e) != 0)
        return NULL;
    if (receive(c, WIRE_CHOSEN, CLIENT_PERSON_MS, &f, e) == 0)
        password = frame_get_secret(&f, WIRE_F_PASSWORD, e);
    frame_free(&f);
    return password;
}

int
client_show(struct client *c, const struct client_shown *what, struct err *e)
{
    char why[ERR_MSG_MAX];
    struct frame f;
    int rc;

    frame_init(&f, WIRE_SHOW, WIRE_PERSON_MAX);
    frame_put_text(&f, WIRE_F_SIGNIN_URL, what->signin_url);
    frame_put_text(&f, WIRE_F_IAM_USER, what->iam_user);
    frame_put_text(&f, WIRE_F_ACCOUNT, what->account);
    frame_put_secret(&f, WIRE_F_PASSWORD, what->password);
    frame_put_text(&f, WIRE_F_TEXT, what->note);
    if (send_frame(c, &f, e) != 0)
        return -1;
    rc = receive(c, WIRE_SEEN, CLIENT_PERSON_MS, &f, e);
    if (rc == 0 && frame_get_number(&f, WIRE_F_CHOICE, WIRE_CHOICE_NO, WIRE_CHOICE_LATER,
                                    WIRE_CHOICE_YES) != WIRE_CHOICE_YES)
        rc = err_set(e, ERR_DENIED, "it could not be handed over: %s",
                     frame_get_clean(&f, WIRE_F_TEXT, why, sizeof(why)));
    frame_free(&f);
    return rc;
}

void
client_end(struct client *c, enum outcome outcome, const char *text)
{
    struct frame f;
    struct err e = ERR_INIT;

    frame_init(&f, WIRE_END, WIRE_PERSON_MAX);
    frame_put_number(&f, WIRE_F_OUTCOME, outcome);
    frame_put_text(&f, WIRE_F_TEXT, text);
    (void)send_frame(c, &f, &e);
}

void
client_report(struct client *c, const struct client_report *r)
{
    struct frame f;
    struct err e = ERR_INIT;

    frame_init(&f, WIRE_END, WIRE_PERSON_MAX);
    frame_put_number(&f, WIRE_F_OUTCOME, r->outcome);
    frame_put_text(&f, WIRE_F_TEXT, r->text);
    frame_put_text(&f, WIRE_F_IAM_USER, r->iam_user);
    frame_put_text(&f, WIRE_F_ACCOUNT, r->account);
    frame_put_text(&f, WIRE_F_CODE, r->code);
    frame_put_number(&f, WIRE_F_THROTTLED, r->throttled);
    if (r->unseen)
        frame_put_number(&f, WIRE_F_UNSEEN, 1);
    (void)send_frame(c, &f, &e);
}
