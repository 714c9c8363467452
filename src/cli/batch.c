#include "cli/batch.h"

enum {
    SEND_MS = 10 * 1000,
    TEXT_SIZE = 512,
    FACT_SIZE = 256
};

static int
send_frame(struct frame *f, int fd)
{
    struct err e = ERR_INIT;
    int rc = frame_send(f, fd, &clock_system, clock_system.mono_ms() + SEND_MS, &e);

    frame_free(f);
    return rc;
}

int
batch_begin(int fd, enum wire_type task, const char *user, bool simulate)
{
    struct frame f;

    frame_init(&f, task, WIRE_PERSON_MAX);
    frame_put_text(&f, WIRE_F_USER, user);
    if (simulate)
        frame_put_number(&f, WIRE_F_MFA, 0);
    return send_frame(&f, fd);
}

int
batch_deliver(struct deliver *d, const struct deliver_order *o, const char *user,
              const struct frame *show, struct err *e)
{
    char iam_user[FACT_SIZE], account[FACT_SIZE], url[TEXT_SIZE], note[TEXT_SIZE];
    const struct deliver_facts facts = {
        .user = user,
        .iam_user = frame_get_clean(show, WIRE_F_IAM_USER, iam_user, sizeof(iam_user)),
        .account = frame_get_clean(show, WIRE_F_ACCOUNT, account, sizeof(account)),
        .signin_url = frame_get_clean(show, WIRE_F_SIGNIN_URL, url, sizeof(url)),
        .note = frame_get_clean(show, WIRE_F_TEXT, note, sizeof(note)),
    };
    struct secret *password = frame_get_secret(show, WIRE_F_PASSWORD, e);
    int rc = -1;

    if (password != NULL)
        rc = deliver_begin(d, o, &facts, password, e);
    secret_free(password);
    return rc;
}

int
batch_answer(int fd, const char *why)
{
    struct frame f;

    frame_init(&f, WIRE_SEEN, WIRE_PERSON_MAX);
    if (why != NULL)
        frame_put_number(&f, WIRE_F_CHOICE, WIRE_CHOICE_NO);
    frame_put_text(&f, WIRE_F_TEXT, why);
    return send_frame(&f, fd);
}

bool
batch_is_last(const struct frame *end, struct err *e)
{
    char text[TEXT_SIZE];
    size_t len = 0;

    if (frame_get(end, WIRE_F_THROTTLED, &len) != NULL)
        return false;
    err_set(e, ERR_CONFIG, "%s", frame_get_clean(end, WIRE_F_TEXT, text, sizeof(text)));
    return true;
}

bool
batch_throttled(const struct frame *end)
{
    return frame_get_number(end, WIRE_F_THROTTLED, 1, INT32_MAX, 0) > 0;
}

bool
batch_unseen(const struct frame *end)
{
    return frame_get_number(end, WIRE_F_UNSEEN, 1, 1, 0) == 1;
}

void
batch_take(struct people_row *row, enum wire_type task, const struct frame *end)
{
    size_t len = 0;
    const char *p = frame_get(end, WIRE_F_IAM_USER, &len);

    if (p != NULL)
        people_set(&row->iam_user, p, len);
    p = frame_get(end, WIRE_F_ACCOUNT, &len);
    if (p != NULL)
        people_set(&row->account, p, len);
    p = frame_get(end, WIRE_F_TEXT, &len);
    people_set(&row->text, p != NULL ? p : "", p != NULL ? len : 0);
    (void)frame_get_clean(end, WIRE_F_CODE, row->code, sizeof(row->code));
    row->result = people_judge(task, frame_get_outcome(end), row->code);
}
