#include "cli/people.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

enum {
    TEXT_SIZE = 512, /* of one field */
    ROOM_FIRST = 64
};

static const char *const words[PEOPLE_RESULTS] = {
    [PEOPLE_OPEN] = "not-tried", [PEOPLE_CREATE] = "create",   [PEOPLE_RESUME] = "resume",
    [PEOPLE_EXISTS] = "exists",  [PEOPLE_REMOVED] = "removed", [PEOPLE_UNMAPPED] = "unmapped",
    [PEOPLE_LOST] = "lost",      [PEOPLE_BLOCKED] = "blocked", [PEOPLE_WRONG] = "wrong",
    [PEOPLE_FAILED] = "failed",  [PEOPLE_CREATED] = "created", [PEOPLE_UNDELIVERED] = "undelivered",
};

const char *
people_word(enum people_result r)
{
    return words[r];
}

bool
people_amiss(enum people_result r)
{
    return r == PEOPLE_OPEN || r == PEOPLE_LOST || r == PEOPLE_BLOCKED || r == PEOPLE_WRONG ||
           r == PEOPLE_FAILED || r == PEOPLE_UNDELIVERED;
}

/* ---- who ------------------------------------------------------------------------------- */

void
people_set(char **field, const char *text, size_t len)
{
    char clean[TEXT_SIZE];
    static char none[] = "";

    text_clean(clean, sizeof(clean), text, len);
    if (*field != none)
        free(*field);
    *field = clean[0] != '\0' ? strdup(clean) : none;
    if (*field == NULL)
        *field = none;
}

static void
clear_texts(struct people_row *row)
{
    people_set(&row->iam_user, "", 0);
    people_set(&row->account, "", 0);
    people_set(&row->text, "", 0);
}

int
people_add(struct people *p, const char *name, bool bystander, struct err *e)
{
    struct people_row *grown, *row;
    size_t room = p->count > 0 ? p->count * 2 : ROOM_FIRST;

    if (p->count == PEOPLE_MAX)
        return err_set(e, ERR_LIMIT, "more than %d users", PEOPLE_MAX);
    if (p->count == p->room) {
        grown = realloc(p->rows, room * sizeof(*grown));
        if (grown == NULL)
            return err_set(e, ERR_MEMORY, "out of memory");
        p->rows = grown;
        p->room = room;
    }
    row = &p->rows[p->count];
    *row = (struct people_row){.name = strdup(name), .bystander = bystander};
    if (row->name == NULL)
        return err_set(e, ERR_MEMORY, "out of memory");
    p->count++;
    clear_texts(row);
    return 0;
}

static void
free_row(struct people_row *row)
{
    clear_texts(row);
    free(row->name);
}

static int
by_name(const void *a, const void *b)
{
    const struct people_row *x = a, *y = b;
    int order = strcmp(x->name, y->name);

    return order != 0 ? order : (int)x->bystander - (int)y->bystander;
}

void
people_settle(struct people *p)
{
    size_t kept = 0;

    if (p->count > 0)
        qsort(p->rows, p->count, sizeof(p->rows[0]), by_name);
    for (size_t i = 0; i < p->count; i++)
        if (kept > 0 && strcmp(p->rows[kept - 1].name, p->rows[i].name) == 0)
            free_row(&p->rows[i]);
        else
            p->rows[kept++] = p->rows[i];
    p->count = kept;
}

void
people_dismiss(struct people *p)
{
    size_t kept = 0;

    for (size_t i = 0; i < p->count; i++)
        if (p->rows[i].bystander)
            free_row(&p->rows[i]);
        else
            p->rows[kept++] = p->rows[i];
    p->count = kept;
}

/* ---- what came of them ----------------------------------------------------------------- */

/* An error that somebody has to look at before there is another try. */
static bool
by_hand(const char *code)
{
    return strcmp(code, "user") == 0 || strcmp(code, "config") == 0 || strcmp(code, "aside") == 0;
}

bool
people_may_pass(enum outcome o, const char *code)
{
    return o == OUTCOME_THROTTLED || o == OUTCOME_TIMEOUT || strcmp(code, "busy") == 0 ||
           (o == OUTCOME_ERROR && strcmp(code, "hold") != 0 && !by_hand(code));
}

enum people_result
people_judge(enum wire_type task, enum outcome o, const char *code)
{
    switch (o) {
    case OUTCOME_OK:
        return PEOPLE_CREATED;
    case OUTCOME_EXISTS:
        return PEOPLE_EXISTS;
    case OUTCOME_REMOVED:
        return PEOPLE_REMOVED;
    case OUTCOME_LOST:
        return PEOPLE_LOST;
    case OUTCOME_UNMAPPED: /* with a code IAM's user is not as the configuration requires */
        return code[0] == '\0' ? PEOPLE_UNMAPPED : PEOPLE_WRONG;
    case OUTCOME_NOSUCHUSER:
        return PEOPLE_WRONG;
    case OUTCOME_DENIED: /* no permission for this user; else for anybody */
        if (strcmp(code, "mfa") == 0)
            return PEOPLE_BLOCKED;
        return strcmp(code, "AccessDenied") == 0 ? PEOPLE_WRONG : PEOPLE_FAILED;
    case OUTCOME_PENDING:
        if (strcmp(code, "busy") == 0)
            return PEOPLE_FAILED;
        if (task == WIRE_PROVISION)
            return PEOPLE_UNDELIVERED;
        if (task == WIRE_MAP)
            return PEOPLE_OPEN;
        return code[0] == '\0' ? PEOPLE_CREATE : PEOPLE_RESUME;
    case OUTCOME_ERROR:
        return by_hand(code) ? PEOPLE_WRONG : PEOPLE_FAILED;
    default:
        return PEOPLE_FAILED;
    }
}

/* IAM's names are compared without their case. */
static int
by_target(const void *a, const void *b)
{
    const struct people_row *const *x = a, *const *y = b;
    int order = strcmp((*x)->account, (*y)->account);

    return order != 0 ? order : strcasecmp((*x)->iam_user, (*y)->iam_user);
}

int
people_twins(struct people *p, struct err *e)
{
    struct people_row **rows = calloc(p->count + 1, sizeof(struct people_row *));
    size_t count = 0, end;
    char text[TEXT_SIZE];

    if (rows == NULL)
        return err_set(e, ERR_MEMORY, "out of memory");
    for (size_t i = 0; i < p->count; i++)
        if (p->rows[i].result == PEOPLE_OPEN)
            rows[count++] = &p->rows[i];
    qsort(rows, count, sizeof(rows[0]), by_target);
    for (size_t i = 0; i < count; i = end) {
        for (end = i + 1; end < count && by_target(&rows[i], &rows[end]) == 0; end++)
            continue;
        for (size_t k = i; end - i > 1 && k < end; k++) {
            (void)snprintf(text, sizeof(text),
                           "%s and %s are mapped to one IAM user; mend [users] or the rules",
                           rows[i]->name, rows[k == i ? i + 1 : k]->name);
            people_set(&rows[k]->text, text, strlen(text));
            memcpy(rows[k]->code, "twins", sizeof("twins"));
            rows[k]->result = PEOPLE_WRONG;
        }
    }
    free(rows);
    return 0;
}

void
people_count(struct people *p)
{
    memset(p->counts, 0, sizeof(p->counts));
    for (size_t i = 0; i < p->count; i++)
        p->counts[p->rows[i].result]++;
}

void
people_free(struct people *p)
{
    for (size_t i = 0; i < p->count; i++)
        free_row(&p->rows[i]);
    free(p->rows);
    *p = (struct people){.rows = NULL};
}
